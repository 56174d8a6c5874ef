//! An earlier report, with which the current one is compared.

use std::collections::HashMap;
use std::path::Path;
use std::{fs, io};

use serde_json::Value;

use crate::measure::median;
use crate::peers::COLUMNS;
use crate::report::{Cell, Line};

/// Times and instructions of an earlier report.
pub struct Baseline {
    pub date: String,
    cells: HashMap<(String, String, String), Recorded>,
}

#[derive(Clone, Copy)]
struct Recorded {
    /// The lower quartile, because other work on the machine adds to the median first.
    nanoseconds: f64,
    instructions: Option<f64>,
}

/// How many times as fast as the baseline a cell is. Above 1 is faster.
pub struct Change {
    /// Corrected for the speed of the machine.
    pub time: f64,
    pub instructions: Option<f64>,
}

impl Baseline {
    /// # Errors
    ///
    /// Fails if the file cannot be read, or was not written by
    /// [`Report::to_json`](crate::report::Report::to_json).
    pub fn read(path: &Path) -> io::Result<Self> {
        let report: Value = serde_json::from_str(&fs::read_to_string(path)?)?;
        let parse = |result: &Value| {
            let text = |key: &str| Some(result[key].as_str()?.to_owned());
            let recorded = Recorded {
                nanoseconds: result["quartiles"][0].as_f64()?,
                instructions: result["instructions"].as_f64(),
            };
            Some(((text("row")?, text("operation")?, text("column")?), recorded))
        };
        let results = report["results"].as_array().into_iter().flatten();
        let cells: Option<_> = results.map(parse).collect();
        let date = report["date"].as_str().map(str::to_owned);
        let (Some(cells), Some(date)) = (cells, date) else {
            return Err(io::Error::other("the baseline is not a report of this program"));
        };
        Ok(Self { date, cells })
    }

    fn find(&self, line: &Line, column: &str) -> Option<Recorded> {
        let key = (line.row.to_owned(), line.op.to_string(), column.to_owned());
        self.cells.get(&key).copied()
    }

    /// How many times as fast as in the baseline the machine is, in this row: the median of the peers, or
    /// `memcpy` if there are none.
    fn machine(&self, line: &Line) -> f64 {
        let speedup = |peer: bool| -> Vec<f64> {
            let columns = COLUMNS
                .iter()
                .zip(&line.cells)
                .filter(|(column, _)| column.peer == peer && (peer || column.name == "memcpy"));
            columns
                .filter_map(|(column, cell)| {
                    let before = self.find(line, column.name)?;
                    Some(before.nanoseconds / cell.as_ref()?.spread.0)
                })
                .collect()
        };
        let ratios = [speedup(true), speedup(false)];
        ratios.iter().find(|ratios| !ratios.is_empty()).map_or(1.0, |ratios| median(ratios))
    }

    pub fn change(&self, line: &Line, column: &str, cell: &Cell) -> Option<Change> {
        let before = self.find(line, column)?;
        Some(Change {
            time: before.nanoseconds / cell.spread.0 / self.machine(line),
            instructions: before.instructions.zip(cell.instructions).map(|(a, b)| a / b),
        })
    }
}
