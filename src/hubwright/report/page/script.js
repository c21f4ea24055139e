"use strict";
// The page reads without this: it opens what a link leads to, and copies digests.
const reveal = () => {
  const target = document.getElementById(location.hash.slice(1));
  for (let box = target; box; box = box.parentElement) {
    if (box.tagName === "DETAILS") box.open = true;
  }
  if (target) target.scrollIntoView();
};
addEventListener("hashchange", reveal);
reveal();
for (const digest of document.querySelectorAll("[data-whole]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.title = digest.dataset.whole;
  button.setAttribute("aria-label", `Copy the digest ${digest.textContent}`);
  digest.replaceWith(button);
  button.append(digest);
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(digest.dataset.whole);
      button.classList.add("copied");
    } catch {
      getSelection().selectAllChildren(digest);
      digest.textContent = digest.dataset.whole;
    }
  });
}
