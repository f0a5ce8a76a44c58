/** For authors of providers that speak HTTP: what loads the modules for it stands apart from the other pieces. */
export { type FailureOf, type HttpAnswer, MAX_ANSWER_BYTES } from './http-answer.js'
export {
  createHttpExchange,
  type HttpExchange,
  type HttpExchangeOptions,
  type HttpRequest,
} from './http-exchange.js'
