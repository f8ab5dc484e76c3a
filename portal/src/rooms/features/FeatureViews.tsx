import type { Look } from "../../api/look.ts";
import { sum } from "../../api/metrics.ts";
import { ago, count, NOTHING, perSecond } from "../../kit/format.ts";
import { rate, type Sample } from "../../kit/samples.ts";

export function FeatureViews({ looks }: { looks: Sample<Look>[] }) {
  const { house, metrics } = looks.at(-1)!.seen;
  if (house.feature_views.length === 0) return null;
  return (
    <section aria-labelledby="feature-views">
      <h2 id="feature-views">Feature views</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">view</th>
            <th scope="col">entity</th>
            <th scope="col">follows topic</th>
            <th scope="col" className="number">entities</th>
            <th scope="col" className="number">upserts</th>
            <th scope="col">newest event</th>
          </tr>
        </thead>
        <tbody>
          {house.feature_views.map((view) => {
            const newest_ms = sum(metrics, "freshet_features_newest_event_ms", { view: view.name });
            return (
              <tr key={view.name}>
                <td>{view.name}</td>
                <td>{view.entity.join(", ")}</td>
                <td>{view.topic}</td>
                <td className="number">{count(sum(metrics, "freshet_features_rows", { view: view.name }))}</td>
                <td className="number">{perSecond(rate(looks, (look) => sum(look.metrics, "freshet_features_applied_total", { view: view.name })))}</td>
                <td>{newest_ms > 0 ? `${ago(house.now_ms - newest_ms)} ago` : NOTHING}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
