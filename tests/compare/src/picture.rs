//! The picture: for each row, how many times as long as we the best peer takes, and how many times as
//! long as our borrowed form.

use std::fmt::Write as _;

use crate::report::Report;

/// A bar chart, as SVG; its colours can be read on white and on dark.
pub fn svg(report: &Report) -> String {
    const LEFT: f64 = 250.0;
    const BARS: f64 = 380.0;
    const WIDTH: f64 = 790.0;
    const STEP: f64 = 22.0;
    const TOP: f64 = 62.0;

    let bars: Vec<_> = report.lines.iter().filter_map(|line| Some((line, line.best()?))).collect();
    // A bar beyond this is cut off, so that the others can be told apart; its figure is beside it.
    let ratios = bars.iter().flat_map(|(line, best)| [Some(*best), line.best_to_borrowed]);
    let most = ratios.flatten().map(|(_, ratio)| ratio).fold(2.0, f64::max).ceil().min(10.0);
    let x = |ratio: f64| LEFT + BARS * ratio.min(most) / most;
    let bottom = TOP + STEP * bars.len() as f64;
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
         #2f81f7 }} .decode {{ fill: #2da44e }} .borrowed {{ fill: #7bd694 }} .slower {{ fill: #d4872c }} @media (prefers-color-scheme: dark) {{ text {{ \
         fill: #9198a1 }} .title {{ fill: #f0f6fc }} }}</style>\n\
         <text class=\"title\" x=\"12\" y=\"22\" font-size=\"16\" font-weight=\"600\">Times as fast \
         as the best of the others in each row</text>\n\
         <text x=\"12\" y=\"42\">{}, median of {} rounds in one process; light: borrowed; in brackets: \
         the best other; orange: that is faster</text>",
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
    for (index, (line, (peer, ratio))) in bars.iter().enumerate() {
        let y = TOP + STEP * index as f64;
        let class = if *ratio < 1.0 { "slower".to_owned() } else { line.op.to_string() };
        let cut = |ratio: f64| if ratio > most { "» " } else { "" };
        let name = line.row.split_once(' ').map_or(line.row, |(_, name)| name);
        let _ = writeln!(
            out,
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{name}, {}</text>",
            LEFT - 8.0,
            y + 12.0,
            line.op,
        );
        let mut bar = |class: &str, ratio: f64| {
            let _ = writeln!(
                out,
                "<rect class=\"{class}\" x=\"{LEFT}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"15\" \
                 rx=\"2\"/>",
                x(ratio) - LEFT
            );
        };
        // The longer one is behind the other.
        let borrowed = line.best_to_borrowed.map(|(_, ratio)| ratio);
        let shorter = borrowed.filter(|borrowed| borrowed < ratio);
        borrowed.iter().for_each(|borrowed| bar("borrowed", *borrowed));
        bar(&class, *ratio);
        shorter.iter().for_each(|borrowed| bar("borrowed", *borrowed));
        let figures = match borrowed {
            Some(borrowed) => format!("{:.1}×, {}{borrowed:.1}×", ratio, cut(borrowed)),
            None => format!("{}{ratio:.1}×", cut(*ratio)),
        };
        let _ = writeln!(
            out,
            "<text x=\"{:.1}\" y=\"{:.1}\">{figures} ({peer})</text>",
            x(ratio.max(borrowed.unwrap_or(0.0))) + 6.0,
            y + 12.0,
        );
    }
    out.push_str("</svg>\n");
    out
}
