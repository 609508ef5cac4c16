// Middleware for Express: who may pass goes on with the token as `request.token`, who may not gets the answer of the validator.
export const bearer = (validator, options) => async (request, response, next) => {
  const result = await validator.authenticate(request, options);
  if (result.ok) {
    request.token = result.token;
    return next();
  }
  response.status(result.status).setHeaders(result.response.headers);
  response.send(await result.response.text());
};
