// Runs before the page is drawn, so that what needs scripting does not flicker: the design system's own test.
document.body.classList.add("js-enabled");
if ("noModule" in HTMLScriptElement.prototype) {
  document.body.classList.add("govuk-frontend-supported");
}
