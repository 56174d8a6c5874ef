//! `amqp decode`: what do these octets mean?
//!
//! A text becomes octets (`input`), octets become a thing, and a thing becomes a line of JSON
//! (`json`) or lines for a person (`text`). What octets are taken for is said or guessed (`kind`),
//! and each kind of thing has a file: `value`, `header`, `frame`, `message`, `stream`. What the
//! standard's types and their fields are called is in `known`. What fails on the way is shown where
//! it failed (`failure`, `excerpt`).

mod date;
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
    /// Octets in hexadecimal; without any, each line of the standard input is one input
    ///
    /// All arguments together are one input. Blanks, commas and colons between octets and `0x`
    /// before them mean nothing.
    #[arg(value_name = "HEX")]
    hex: Vec<String>,

    /// What each input is; without this it is guessed, and the text says what was guessed
    ///
    /// Frames, messages and streams are held to the rules of their own types, too.
    #[arg(long = "as", value_name = "KIND", value_enum)]
    kind: Option<Kind>,

    /// Print one line of JSON for each input
    ///
    /// {"value":V}, and for a composite of the standard "type" and "fields":{NAME:V,...} too;
    /// {"header":{"id":N,"version":[N,N,N]}};
    /// {"frame":{"type":"amqp","doff":N,"channel":N,"body":V,"payload":HEX}}, for type "sasl"
    /// without a channel, and an empty one with the body null; {"message":[V,...]};
    /// {"stream":[...]} of headers and frames; {"error":{"kind":"...","at":N,"message":"..."}}.
    ///
    /// V is an object with one key, the AMQP type. An error is at an octet of the input, counted
    /// from 0; with the kind "bad-hex" it is at a character. It stands for all of its input, also
    /// for what could be decoded before it.
    #[allow(rustdoc::broken_intra_doc_links, reason = "the brackets are JSON")]
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
                    // On a terminal the error comes after the output before it.
                    out.flush()?;
                    output::complain_at_length(&failure.report(&input)?);
                }
            }
        }
        // A program that writes one line and waits for the answer gets it; a file is read in blocks.
        if inputs.may_wait() {
            out.flush()?;
        }
    }
    Ok(())
}

/// What came of an input.
struct Decoded {
    /// What it was taken for, if nobody said.
    guessed: Option<Kind>,
    thing: Result<Thing, Failure>,
}

/// One thing, which must be all of the input.
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
