// Shows the contract that the page names, signed in as the chosen account. The document's only server is the mock.
const element = document.getElementById("docs");
const account = document.getElementById("account");

const dark = matchMedia("(prefers-color-scheme: dark)");
const paint = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", paint);
paint();

const ui = SwaggerUIBundle({
  domNode: element,
  url: element.dataset.document,
  validatorUrl: null,
  deepLinking: false,
  tryItOutEnabled: true,
  defaultModelsExpandDepth: 0,
  onComplete: signIn,
});

let before = null;

function signIn() {
  if (!account) return;
  const { scheme, value } = account.selectedOptions[0].dataset;
  // Accounts may have credentials of several schemes: only that of the chosen one is sent.
  if (before) ui.authActions.logout([before]);
  ui.preauthorizeApiKey(scheme, value);
  before = scheme;
}

account?.addEventListener("change", signIn);

// What Swagger UI leaves out for screen readers: a name for its first part, and headings without a gap.
function name() {
  for (const part of element.querySelectorAll(".information-container:not([role])")) {
    part.setAttribute("role", "region");
    part.setAttribute("aria-label", "About this API");
  }
  for (const part of element.querySelectorAll(".scheme-container:not([role])")) {
    part.setAttribute("role", "region");
    part.setAttribute("aria-label", "Credentials");
  }
  for (const heading of element.querySelectorAll("h3.opblock-tag:not([aria-level]), .models > h4:not([aria-level])")) {
    heading.setAttribute("aria-level", "2");
  }
}
new MutationObserver(name).observe(element, { childList: true, subtree: true });
