/** The banner: what is simulated, and what these figures are not. The only panel without a query. */
import * as text from "@grafana/grafana-foundation-sdk/text";

const words = `### DỮ LIỆU MÔ PHỎNG / SIMULATED
KCN có mã bắt đầu bằng **sim-** là mô phỏng, không có thật; số liệu của chúng không nói về nơi nào cả. ·
Zones whose id begins with **sim-** are simulated; their figures describe no real place.
Số liệu tự động, sơ bộ, chưa phải kết luận của cơ quan nào. · Preliminary automatic data; no authority's finding.`;

export const banner = () =>
  new text.PanelBuilder()
    .title("")
    .transparent(true)
    .mode(text.TextMode.Markdown)
    .content(words)
    .span(24)
    .height(4);
