//! The chart: how many times as fast as the best other codec we are. A row has a pair of bars for
//! encoding (into a reused buffer, and by `to_bytes`) and one for decoding (owned, and borrowed).

use std::fmt::Write as _;

use crate::bench::Op;
use crate::report::Report;

/// The best peer, and how many times as long as our codec it takes.
type Best = (&'static str, f64);

struct Pair {
    row: &'static str,
    op: Op,
    bars: [Option<Best>; 2],
}

fn pairs(report: &Report) -> Vec<Pair> {
    let best = |row, op, column: usize| {
        let line = report.lines.iter().find(|line| line.row == row && line.op == op);
        line.and_then(|line| line.best[column])
    };
    let pair = |line: &crate::report::Line| {
        let (row, op) = (line.row, line.op);
        let bars = match op {
            Op::Encode => [best(row, op, 0), best(row, Op::ToBytes, 0)],
            Op::Decode => [best(row, op, 0), best(row, op, 1)],
            Op::Fresh | Op::ToBytes => return None,
        };
        bars[0].is_some().then_some(Pair { row, op, bars })
    };
    report.lines.iter().filter_map(pair).collect()
}

/// Returns a bar chart as SVG. Its colours are legible on light and dark backgrounds.
pub fn svg(report: &Report) -> String {
    const LEFT: f64 = 250.0;
    const BARS: f64 = 380.0;
    const WIDTH: f64 = 860.0;
    const STEP: f64 = 24.0;
    const TOP: f64 = 82.0;

    let pairs = pairs(report);
    // Longer bars are truncated, so that the others can be distinguished. The figure is beside each bar.
    let ratios = pairs.iter().flat_map(|pair| pair.bars).flatten();
    let most = ratios.map(|(_, ratio)| ratio).fold(2.0, f64::max).ceil().min(10.0);
    let x = |ratio: f64| LEFT + BARS * ratio.min(most) / most;
    let bottom = TOP + STEP * pairs.len() as f64;
    let height = bottom + 34.0;

    let mut out = String::new();
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height}\" \
         viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" font-family=\"system-ui, sans-serif\" \
         font-size=\"13\">\n\
         <title>How many times as fast as the best other codec amqp-types is</title>\n\
         <style>text {{ fill: #6e7781 }} .grid {{ stroke: #8b949e; \
         stroke-opacity: .35 }} .one {{ stroke: #8b949e; stroke-dasharray: 4 3 }} .encode {{ fill: \
         #2f81f7 }} .decode {{ fill: #2da44e }} .second {{ fill-opacity: .55 }} \
         rect.slower {{ fill: #d4872c }} @media (prefers-color-scheme: dark) {{ text {{ \
         fill: #9198a1 }} .title {{ fill: #f0f6fc }} }}</style>\n\
         <text class=\"title\" x=\"12\" y=\"22\" font-size=\"16\" font-weight=\"600\">Times as fast \
         as the best of the others in each row</text>\n\
         <text x=\"12\" y=\"42\">encode: into a reused buffer, and (light) by to_bytes; decode: \
         owned, and (light) borrowed, all of it read</text>\n\
         <text x=\"12\" y=\"60\">{}, median of {} rounds in one process; in brackets: the best \
         other; orange: that is faster</text>",
        report.date, report.rounds
    );
    let step = if most > 6.0 { 2 } else { 1 };
    for tick in (0..=most as u32).filter(|tick| tick % step == 0 || *tick == 1) {
        let at = x(f64::from(tick));
        let class = if tick == 1 { "one" } else { "grid" };
        let _ = writeln!(
            out,
            "<line class=\"{class}\" x1=\"{at:.1}\" y1=\"{}\" x2=\"{at:.1}\" y2=\"{bottom:.1}\"/>\n\
             <text x=\"{at:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{tick}×</text>",
            TOP - 8.0,
            bottom + 16.0
        );
    }
    for (index, Pair { row, op, bars }) in pairs.iter().enumerate() {
        let y = TOP + STEP * index as f64;
        let name = row.split_once(' ').map_or(*row, |(group, name)| match group {
            "v" if name.starts_with("frames") => "frames, varied",
            _ => name,
        });
        let _ = writeln!(
            out,
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{name}, {op}</text>",
            LEFT - 8.0,
            y + 13.0,
        );
        for (place, (_, ratio)) in bars.iter().flatten().enumerate() {
            let slower = if *ratio < 1.0 { " slower" } else { "" };
            let second = if place == 1 { " second" } else { "" };
            let _ = writeln!(
                out,
                "<rect class=\"{op}{slower}{second}\" x=\"{LEFT}\" y=\"{:.1}\" width=\"{:.1}\" \
                 height=\"8\" rx=\"2\"/>",
                y + 9.0 * place as f64,
                x(*ratio) - LEFT
            );
        }
        let figure = |(peer, ratio): &Best| {
            let cut = if *ratio > most { "» " } else { "" };
            format!("{cut}{ratio:.1}× ({peer})")
        };
        let figures: Vec<String> = bars.iter().flatten().map(figure).collect();
        let longest = bars.iter().flatten().map(|(_, ratio)| *ratio).fold(0.0, f64::max);
        let _ = writeln!(
            out,
            "<text x=\"{:.1}\" y=\"{:.1}\" font-size=\"11\">{}</text>",
            x(longest) + 6.0,
            y + 13.0,
            figures.join(", ")
        );
    }
    out.push_str("</svg>\n");
    out
}
