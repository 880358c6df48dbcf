// Small helps for readers with scripts; every page works without them.
document.addEventListener("DOMContentLoaded", () => {
  document.documentElement.classList.add("js");
});

// A log that is asked for again and again stays at its end unless the reader scrolled up.
document.addEventListener("htmx:beforeSwap", (event) => {
  const log = event.detail.target.querySelector(".log");
  event.detail.target.dataset.end =
    !log || log.scrollHeight - log.scrollTop - log.clientHeight < 40 ? "yes" : "no";
});
document.addEventListener("htmx:afterSwap", (event) => {
  const log = event.detail.target.querySelector(".log");
  if (log && event.detail.target.dataset.end === "yes") log.scrollTop = log.scrollHeight;
});

// Answers with an error status are shown like any other.
document.addEventListener("htmx:beforeOnLoad", (event) => {
  if (event.detail.xhr.status >= 400) event.detail.isError = false;
});

// A form that was sent is not sent twice by an impatient finger; the server would not mind.
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!button || event.target.hasAttribute("hx-post")) return;
  setTimeout(() => { button.disabled = true; }, 0);
  setTimeout(() => { button.disabled = false; }, 8000);
});
