/* The review of one section. Without this script, an error graded without a comment comes back from the server with its message. */
"use strict";

(function () {
  const form = document.querySelector(".grade-form");
  if (!form) return;
  const comment = form.elements.namedItem("comment");
  const grade = form.querySelector("input[type=hidden][name=grade]");
  const buttons = Array.from(form.querySelectorAll(".grade-button"));

  /* A grade that needs a comment is saved, and the cursor goes to the comment field. */
  form.addEventListener("click", (event) => {
    const button = event.target instanceof Element && event.target.closest("[data-needs-comment]");
    if (!button || comment.value.trim()) return;
    event.preventDefault();
    grade.value = button.value;
    buttons.forEach((each) => each.setAttribute("aria-pressed", String(each === button)));
    comment.focus();
    form.dispatchEvent(new Event("change", { bubbles: true }));
  });
})();
