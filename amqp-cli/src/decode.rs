//! `amqp decode`: what do these octets mean?
//!
//! A text becomes octets (`input`), octets become a value, and a value becomes a line of JSON
//! (`json`) or lines for a person (`text`). What fails on the way is shown where it failed
//! (`failure`, `excerpt`).

mod date;
mod excerpt;
mod failure;
mod input;
mod json;
mod text;

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use amqp_types::{Bytes, Decode, Value};
use clap::Args;

use self::failure::Failure;
use self::input::{Input, Inputs};
use crate::{hex, output};

#[derive(Args, Debug)]
pub(crate) struct Options {
    /// One value's octets in hexadecimal; without any, each line of the standard input is one
    ///
    /// All arguments together are one value. Blanks, commas and colons between octets and `0x`
    /// before them mean nothing.
    #[arg(value_name = "HEX")]
    hex: Vec<String>,

    /// Print one line of JSON for each value
    ///
    /// {"value":V} or {"error":{"kind":"...","at":N,"message":"..."}}; V is an object with one
    /// key, the AMQP type. N is an octet, counted from 0; with the kind "bad-hex" it is a
    /// character.
    #[arg(long)]
    json: bool,
}

/// Decodes all inputs; it is a failure if one of them was.
pub(crate) fn run(options: &Options) -> ExitCode {
    let mut out = BufWriter::new(io::stdout().lock());
    let mut all_decoded = true;
    let written = decode_all(options, &mut out, &mut all_decoded).and_then(|()| out.flush());
    match written {
        Err(error) if !output::reader_is_gone(&error) => output::failure(&error),
        _ if all_decoded => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

fn decode_all(options: &Options, out: &mut impl Write, all_decoded: &mut bool) -> io::Result<()> {
    let mut inputs = Inputs::new(&options.hex);
    while let Some(input) = inputs.next()? {
        let decoded = decode(&input);
        *all_decoded &= decoded.is_ok();
        if options.json {
            json::write_line(&decoded, out)?;
        } else {
            match decoded {
                Ok(value) => text::write_value(&value, out)?,
                Err(failure) => failure.write(&input, out)?,
            }
        }
        // Whoever writes a line and waits for the answer gets it; a file goes through in blocks.
        if inputs.may_wait() {
            out.flush()?;
        }
    }
    Ok(())
}

/// One value, which must be all of the input.
fn decode(input: &Input) -> Result<Value, Failure> {
    let octets = Bytes::from(hex::parse(&input.text)?);
    Value::from_shared(&octets).map_err(|error| Failure::Undecodable { octets, error })
}
