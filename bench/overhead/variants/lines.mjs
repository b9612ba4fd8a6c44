// Two constant lines, one in the object and one in the Worker: the least that telemetry of both can cost.
import { Counter } from "./line.mjs";
import * as subject from "../subject.mjs";

const LINE = `{"v":2,"at":"gateway","op":"add","result":"ok","class":"Counter","outcome":"first_try","status":200,"ms":1,"attempts":1,"request":"0123456789abcdef"}`;

export { Counter };
export default {
  async fetch(request, env) {
    const response = await subject.handlers.fetch(request, env);
    console.debug(LINE);
    return response;
  },
};
