// One line in the object that is the same each time: the least that a line can cost.
import * as subject from "../subject.mjs";

const LINE = `{"v":2,"at":"object","op":"add","result":"ok","class":"Counter","bytes":12288,"id":"0123456789ab"}`;

export class Counter extends subject.Counter {
  async add(name, amount) {
    const value = await super.add(name, amount);
    console.debug(LINE);
    return value;
  }
}

export { handlers as default } from "../subject.mjs";
