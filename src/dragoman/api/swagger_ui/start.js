// Of Dragoman, not of Swagger UI: shows the server's own document, and asks nobody whether it is valid.
window.ui = SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#docs",
  validatorUrl: null,
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: -1,
  tryItOutEnabled: false,
});
