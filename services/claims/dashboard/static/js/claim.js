// The page of a claim: the slider through its past, which moves from event to event, and printing.

const slider = () => document.getElementById("as-of-slider");
const moments = () => document.getElementById("as-of");

// Without script the list of moments and its button do the same.
function dress() {
  const range = slider();
  const list = moments();
  if (range && list) {
    range.form.classList.add("scripted");
    range.max = String(list.options.length - 1);
    range.value = String(list.selectedIndex);
    range.setAttribute("aria-valuetext", list.selectedOptions[0].textContent);
    range.hidden = false;
  }
  for (const button of document.querySelectorAll("[data-print]")) button.hidden = false;
}

// While it is dragged only the words follow; the page comes when it is let go.
document.addEventListener("input", (event) => {
  if (event.target !== slider()) return;
  const list = moments();
  list.selectedIndex = Number(event.target.value);
  event.target.setAttribute("aria-valuetext", list.selectedOptions[0].textContent);
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});

document.addEventListener("htmx:after:swap", dress);
dress();
