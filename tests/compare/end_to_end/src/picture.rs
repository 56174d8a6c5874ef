//! The chart: how many messages a second each stack moves, relative to the fastest in each row, and what one costs.

use std::fmt::Write as _;

use crate::columns::Chart;
use crate::report::{Report, Series, short};

const LEFT: f64 = 190.0;
const BARS: f64 = 400.0;
const WIDTH: f64 = 860.0;
const STEP: f64 = 18.0;
const TITLE: f64 = 30.0;
const TOP: f64 = 78.0;

/// Returns a bar chart as SVG. Its colours are legible on light and dark backgrounds.
pub fn svg(report: &Report) -> String {
    let mut body = String::new();
    let mut y = TOP;
    for row in report.rows() {
        let shown = |series: &&Series| series.column.chart.is_some() && series.rate().is_some();
        let series: Vec<&Series> = report.row(row).filter(shown).collect();
        let most = series.iter().filter_map(|series| series.rate()).fold(0.0, f64::max);
        if most == 0.0 {
            continue;
        }
        let _ = writeln!(
            body,
            "<text class=\"title\" x=\"12\" y=\"{:.1}\" font-weight=\"600\">{}</text>\n\
             <text x=\"{:.1}\" y=\"{:.1}\">{} a second (processor time of both ends)</text>",
            y + 16.0,
            row.title(),
            LEFT + 100.0,
            y + 16.0,
            row.unit()
        );
        y += TITLE;
        for series in series {
            bar(series, most, y, &mut body);
            y += STEP;
        }
    }
    let height = y + 16.0;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height}\" \
         viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" font-family=\"system-ui, sans-serif\" \
         font-size=\"13\">\n\
         <title>Messages a second of AMQP 1.0 stacks between two processes</title>\n\
         <style>text {{ fill: #6e7781 }} .ours {{ fill: #2f81f7 }} .batch {{ fill: #2f81f7; fill-opacity: .55 }} \
         .other {{ fill: #8b949e; fill-opacity: .7 }} @media (prefers-color-scheme: dark) {{ text {{ \
         fill: #9198a1 }} .title {{ fill: #f0f6fc }} }}</style>\n\
         <text class=\"title\" x=\"12\" y=\"22\" font-size=\"16\" font-weight=\"600\">Between two processes on \
         loopback</text>\n\
         <text x=\"12\" y=\"42\">longer is faster, relative to the fastest of each row; SENDER &gt; RECEIVER where \
         they differ</text>\n\
         <text x=\"12\" y=\"60\">{}, medians of {} rounds; blue: amqp-net, light: with its functions for many \
         messages at once</text>\n{body}</svg>\n",
        report.date, report.rounds
    )
}

fn bar(series: &Series, most: f64, y: f64, out: &mut String) {
    let rate = series.rate().unwrap_or_default();
    let cpu = series.cpu().unwrap_or_default();
    let class = match series.column.chart {
        Some(Chart::Ours) => "ours",
        Some(Chart::OursBatch) => "batch",
        _ => "other",
    };
    let width = BARS * rate / most;
    let _ = writeln!(
        out,
        "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>\n\
         <rect class=\"{class}\" x=\"{LEFT}\" y=\"{:.1}\" width=\"{width:.1}\" height=\"12\" rx=\"2\"/>\n\
         <text x=\"{:.1}\" y=\"{:.1}\" font-size=\"11\">{} ({} µs)</text>",
        LEFT - 8.0,
        y + 11.0,
        series.column.name.replace('>', "&gt;"),
        y,
        LEFT + width + 6.0,
        y + 10.0,
        short(rate),
        short(cpu[0] + cpu[1]),
    );
}
