"use strict";
// The search box shows the rows and pictures of columns whose names have what is typed.
for (const box of document.querySelectorAll("input[type=search]")) {
  const found = document.getElementById(box.getAttribute("aria-describedby"));
  const scope = box.closest("section");
  box.addEventListener("input", () => {
    const text = box.value.trim().toLowerCase();
    const names = new Set();
    for (const item of scope.querySelectorAll("[data-name]")) {
      item.hidden = !item.dataset.name.toLowerCase().includes(text);
      if (!item.hidden) names.add(item.dataset.name);
    }
    found.textContent = text === "" ? "" : names.size === 1 ? "1 column" : `${names.size} columns`;
  });
}
// What is folded away on the screen is printed.
addEventListener("beforeprint", () => { for (const piece of document.querySelectorAll("details")) piece.open = true; });
