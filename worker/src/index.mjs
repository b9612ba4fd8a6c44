/**
 * What is deployed: the gateway as default export and the class of the Durable Object.
 * Bindings: see gateway.mjs and conversation_state.mjs.
 */
export { ConversationStateDO } from "./conversation_state.mjs";
export { default } from "./gateway.mjs";
