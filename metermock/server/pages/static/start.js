// Shows the contract that the page names, signed in as one of its accounts. The document's only server is the mock.
const element = document.getElementById("docs");
const { document: url, scheme, value } = element.dataset;
const ui = SwaggerUIBundle({
  domNode: element,
  url,
  validatorUrl: null,
  deepLinking: true,
  tryItOutEnabled: true,
  onComplete: () => scheme && ui.preauthorizeApiKey(scheme, value),
});
