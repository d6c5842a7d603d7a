// Copies what a button names. Without script the texts are there to be read and marked, and the buttons are not.
const said = document.getElementById("said");

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // No permission, or a page of plain HTTP on another machine.
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

for (const button of document.querySelectorAll("[data-copies]")) {
  button.hidden = false;
  const label = button.firstChild;
  const before = label.data;
  button.addEventListener("click", async () => {
    const done = await copy(document.getElementById(button.dataset.copies).textContent);
    label.data = done ? "Copied " : "Not copied ";
    said.textContent = done ? "Copied." : "The browser does not let this page copy: mark the text instead.";
    button.focus();
    setTimeout(() => { label.data = before; }, 1500);
  });
}
