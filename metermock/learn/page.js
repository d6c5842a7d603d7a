
const list = document.getElementById("ids");
const boxes = [...document.querySelectorAll("input[type=checkbox]")];
const save = document.getElementById("save");
const told = () => {
  save.href = "data:text/plain;charset=utf-8," + encodeURIComponent(list.value);
};
const choose = () => {
  const accepted = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
  list.value = list.value.replace(/^[# \t]*(LR-[0-9a-f]+)/gm, (_, id) => (accepted.has(id) ? id : "# " + id));
  told();
};
const read = () => {
  const kept = new Set([...list.value.matchAll(/^[ \t]*(LR-[0-9a-f]+)/gm)].map((line) => line[1]));
  for (const box of boxes) box.checked = kept.has(box.value);
  told();
};
const all = (checked) => () => {
  for (const box of boxes) box.checked = checked;
  choose();
};
if (list) {
  document.getElementById("choices").hidden = false;
  document.getElementById("all").addEventListener("click", all(true));
  document.getElementById("none").addEventListener("click", all(false));
  for (const box of boxes) box.addEventListener("change", choose);
  list.addEventListener("input", read);
  choose();
}
