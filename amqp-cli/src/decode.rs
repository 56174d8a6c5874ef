//! `amqp decode`: what do these octets mean?
//!
//! An input (`input`) is parsed as hexadecimal and decoded into a `Thing`, which is written as a line of
//! JSON (`json`) or as text (`text`). The kind of the input is an option or a guess (`kind`), and each kind
//! has a file: `value`, `header`, `frame`, `message`, `stream`. The names of the standard's types and fields
//! are in `known`. An error shows its position in the input (`failure`, `excerpt`).

mod excerpt;
mod failure;
mod frame;
mod header;
mod input;
mod items;
mod json;
mod kind;
mod known;
mod message;
mod problem;
mod stream;
mod text;
mod thing;
mod value;

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use amqp_types::Bytes;
use clap::Args;

use self::failure::Failure;
use self::input::{Input, Inputs};
use self::kind::Kind;
use self::thing::{Stopped, Thing};
use crate::{hex, output};

#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Octets in hexadecimal; if omitted, each line of the standard input is one input
    ///
    /// All arguments together are one input. White space, commas and colons between octets are
    /// ignored, and so is `0x` before them.
    #[arg(value_name = "HEX")]
    hex: Vec<String>,

    /// What each input is; if omitted, it is guessed, and the guess is printed
    ///
    /// Frames, messages and streams are also checked against the rules of the types in them.
    #[arg(long = "as", value_name = "KIND", value_enum)]
    kind: Option<Kind>,

    /// Print one line of JSON for each input
    ///
    /// {"value":V}, with "type" and "fields":{NAME:V,...} for a composite of the standard;
    /// {"header":{"id":N,"version":[N,N,N]}};
    /// {"frame":{"type":"amqp","doff":N,"channel":N,"body":V,"payload":HEX}}, without the channel
    /// if the type is "sasl", and with the body null if the frame is empty; {"message":[V,...]};
    /// {"stream":[...]} of headers and frames; {"error":{"kind":"...","at":N,"message":"..."}}.
    ///
    /// V is an object with one key, the AMQP type. "at" is the octet of the error in the input,
    /// counted from 0, or the character if the kind is "bad-hex". An input with an error is
    /// printed as the error alone, without the part before it.
    #[allow(rustdoc::broken_intra_doc_links, reason = "the brackets are JSON")]
    #[arg(long)]
    json: bool,
}

/// Decodes all inputs. Returns a failure if any of them has an error.
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
        let Decoded { guessed, thing } = decode(&input, options.kind);
        *all_decoded &= thing.is_ok();
        if options.json {
            json::write_line(&thing, out)?;
        } else {
            if let Some(kind) = guessed {
                writeln!(out, "guessed: {kind}")?;
            }
            match &thing {
                Ok(thing) => text::write(thing, out)?,
                Err(failure) => {
                    if let Some(part) = failure.part() {
                        text::write_part(part, out)?;
                    }
                    // Without this, a terminal would show the error before the output that precedes it.
                    out.flush()?;
                    output::complain_at_length(&failure.report(&input)?);
                }
            }
        }
        // Another program may wait for this answer before it writes the next line. For a file the
        // output stays buffered.
        if inputs.may_wait() {
            out.flush()?;
        }
    }
    Ok(())
}

/// The result of an input.
struct Decoded {
    /// The guessed kind, if no kind was given.
    guessed: Option<Kind>,
    thing: Result<Thing, Failure>,
}

/// Decodes an input, which must be one thing without trailing octets.
fn decode(input: &Input, kind: Option<Kind>) -> Decoded {
    let octets = match hex::parse(&input.text) {
        Ok(octets) => Bytes::from(octets),
        Err(error) => return Decoded { guessed: None, thing: Err(error.into()) },
    };
    let guessed = kind.is_none().then(|| Kind::guess(&octets));
    let thing = Thing::decode(kind.or(guessed).unwrap_or(Kind::Value), &octets);
    let thing =
        thing.map_err(|Stopped { part, problem }| Failure::Undecodable { octets, part, problem });
    Decoded { guessed, thing }
}
