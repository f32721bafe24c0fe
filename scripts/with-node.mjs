// The first step of `npm start` and `npm test`: node scripts/with-node.mjs <script or tool> [arguments…]. Plain
// JavaScript for old Nodes, because it runs before anything is installed. See bootstrap/run.mjs.
const [major] = process.versions.node.split('.');

if (Number(major) < 20) {
  console.error(`Gatehouse needs Node 20 or later to install itself (it then brings its own); this is Node ${process.versions.node}.`);
  process.exitCode = 1;
} else {
  void import('./bootstrap/run.mjs').then(({ run }) => run(process.argv.slice(2)));
}
