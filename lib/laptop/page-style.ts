/** The style of the pages on a developer's machine. They load no font, picture or script. */
export const pageStyle = `:root{color-scheme:light dark;--ink:#1a2027;--quiet:#57626e;--line:#dce1e6;--paper:#fff;--ground:#f4f6f8;--code:#f0f3f5;--accent:#0a6b4a;--tint:#e3f2eb}
@media(prefers-color-scheme:dark){:root{--ink:#e6eaee;--quiet:#9aa6b2;--line:#2c343d;--paper:#191f25;--ground:#11161a;--code:#11161a;--accent:#6fd3a8;--tint:#173629}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.6 system-ui,-apple-system,'Segoe UI',Roboto,'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif}
main,.top>div{max-width:72rem;margin:0 auto;padding:0 1.25rem}
main{padding-bottom:4rem}
a{color:var(--accent);text-underline-offset:.15em}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:4px}
h1,h2,h3,p,dl,ol,ul{margin:0}
h1{font-size:1.5rem;line-height:1.25}
h2{font-size:1.05rem;line-height:1.4}
h3{font-size:.95rem;line-height:1.4}
.quiet{color:var(--quiet);font-size:.9rem}
.top{background:var(--paper);border-bottom:1px solid var(--line);margin-bottom:1.5rem}
.top>div{display:flex;flex-wrap:wrap;align-items:center;gap:.75rem 1rem;padding-top:1.25rem;padding-bottom:1.25rem}
.top svg{width:2.75rem;height:2.75rem;flex:none}
.top .name{flex:1 1 18rem}
.facts{display:flex;flex-wrap:wrap;gap:.25rem 1.5rem}
.facts div{display:flex;gap:.5rem;align-items:baseline}
.facts dt{color:var(--quiet);font-size:.9rem}
.facts dd{margin:0;font-weight:600;overflow-wrap:anywhere}
.grid{display:grid;gap:1.25rem;grid-template-columns:minmax(0,1fr)}
@media(min-width:56rem){.grid{grid-template-columns:minmax(0,5fr) minmax(0,3fr)}.wide{grid-column:1/-1}}
.stack{display:grid;gap:1.25rem;align-content:start}
.card,article{background:var(--paper);border:1px solid var(--line);border-radius:10px;padding:1.25rem;min-width:0}
.card>*+*{margin-top:.75rem}
.card>h2+p{margin-top:.15rem}
pre{margin:.4rem 0 0;padding:.7rem .85rem;background:var(--code);border:1px solid var(--line);border-radius:8px;font:.84rem/1.55 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;white-space:pre-wrap;overflow-wrap:anywhere}
code{font:.9em ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
pre code{font:inherit}
pre span{display:inline-block;max-width:100%}
.steps{list-style:none;padding:0;display:grid;gap:1rem;counter-reset:step}
ol.steps li{counter-increment:step}
ol.steps h3::before{content:counter(step) '. '}
.command{position:relative}
.command button{position:absolute;top:.35rem;right:.35rem;padding:.1rem .55rem;border:1px solid var(--line);border-radius:6px;background:var(--paper);color:var(--quiet);font:inherit;font-size:.78rem;cursor:pointer}
.command button:hover{color:var(--ink);border-color:var(--quiet)}
.command button+pre{padding-right:4.5rem}
.links{list-style:none;padding:0;display:grid;gap:.75rem}
.links a{font-weight:600}
table{width:100%;border-collapse:collapse;table-layout:fixed}
th{text-align:left;color:var(--quiet);font-size:.85rem;font-weight:600}
th,td{padding:.5rem .75rem .5rem 0;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere}
tbody tr:last-child td{border-bottom:0}
th:nth-child(1){width:34%}th:nth-child(2){width:30%}th:nth-child(4){width:14rem}
.tag{display:inline-block;padding:0 .5rem;border-radius:999px;background:var(--tint);color:var(--accent);font-size:.82rem;line-height:1.5}
@media(max-width:44rem){.command button+pre{padding-right:.85rem;padding-top:2.1rem}thead{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden}table,tbody,tr,td{display:block}tr{padding:.6rem 0;border-bottom:1px solid var(--line)}tbody tr:last-child{border-bottom:0;padding-bottom:0}td{padding:.05rem 0;border:0}td[data-label]{display:grid;grid-template-columns:5.5em minmax(0,1fr);gap:.5rem}td[data-label]::before{content:attr(data-label);color:var(--quiet);font-size:.9rem}td.none{display:none}}
.letters{display:grid;gap:1.25rem}
article header{display:flex;flex-wrap:wrap;gap:.1rem .75rem;align-items:baseline}
article h2{margin-top:.5rem}
article pre{font:inherit;font-size:.95rem}
article details,article .note{margin-top:.75rem}
iframe{width:100%;height:22rem;border:1px solid var(--line);border-radius:8px;margin-top:.5rem}`;
