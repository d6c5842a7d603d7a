// Shows the contract that the page names. The document's only server is the mock itself.
const element = document.getElementById("docs");
SwaggerUIBundle({
  domNode: element,
  url: element.dataset.document,
  validatorUrl: null,
  deepLinking: true,
  persistAuthorization: true,
  tryItOutEnabled: true,
});
