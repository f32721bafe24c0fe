/**
 * The script of a page. While the page is visible, it asks every two seconds whether its list has a new first entry,
 * and then reloads. It adds a copy button to every command.
 */
export const pageScript = `const {list,newest,copy,copied}=document.body.dataset;
setInterval(async()=>{if(document.hidden)return;try{
const answer=await fetch(location.href,{headers:{accept:'application/json'}});
if(answer.ok&&((await answer.json())[list][0]?.id??'')!==newest)location.reload();
}catch{}},2000);
for(const command of document.querySelectorAll('.command')){
const button=document.createElement('button');
button.type='button';button.textContent=copy;
button.onclick=async()=>{await navigator.clipboard.writeText(command.querySelector('pre').textContent);
button.textContent=copied;setTimeout(()=>{button.textContent=copy},1500)};
command.prepend(button)}`;
