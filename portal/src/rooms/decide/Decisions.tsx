import type { Look } from "../../api/look.ts";
import { labelValues, sum } from "../../api/metrics.ts";
import { count, latency, perSecond } from "../../kit/format.ts";
import { rate, type Sample } from "../../kit/samples.ts";
import { quantiles } from "../path/counts.ts";

function Services({ looks, services }: { looks: Sample<Look>[]; services: string[] }) {
  const { metrics } = looks.at(-1)!.seen;
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">service</th>
          <th scope="col" className="number">answered</th>
          <th scope="col" className="number">refused</th>
          <th scope="col" className="number">decisions</th>
          <th scope="col">p50</th>
          <th scope="col">p99</th>
        </tr>
      </thead>
      <tbody>
        {services.map((service) => {
          const { p50, p99 } = quantiles(looks, "freshet_decide_seconds", { service });
          return (
            <tr key={service}>
              <td>{service}</td>
              <td className="number">{count(sum(metrics, "freshet_decisions_total", { service, outcome: "answered" }))}</td>
              <td className="number">{count(sum(metrics, "freshet_decisions_total", { service, outcome: "refused" }))}</td>
              <td className="number">{perSecond(rate(looks, (look) => sum(look.metrics, "freshet_decisions_total", { service })))}</td>
              <td>{latency(p50)}</td>
              <td>{latency(p99)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

export function Decisions({ looks }: { looks: Sample<Look>[] }) {
  const { house, metrics } = looks.at(-1)!.seen;
  const services = labelValues(metrics, "freshet_decisions_total", "service");
  if (services.length === 0 && house.models.length === 0) return null;
  return (
    <section aria-labelledby="decisions">
      <h2 id="decisions">Decisions and models</h2>
      {services.length > 0 && <Services looks={looks} services={services} />}
      {house.models.length > 0 && (
        <table>
          <thead>
            <tr>
              <th scope="col">model</th>
              <th scope="col">version</th>
              <th scope="col">digest</th>
            </tr>
          </thead>
          <tbody>
            {house.models.map((model) => (
              <tr key={model.name}>
                <td>{model.name}</td>
                <td>{model.version}</td>
                <td title={model.digest}>
                  <code>{model.digest.slice(0, 12)}</code>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
