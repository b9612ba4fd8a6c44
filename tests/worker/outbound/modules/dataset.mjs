// A stand-in for an Analytics Engine dataset, which workerd has only as an experiment.
const points = [];

export default function dataset() {
  return {
    writeDataPoint: (point) => points.push(point),
    written: () => points.splice(0),
  };
}
