//! `amqp decode`: what do these octets mean?
//!
//! An input (`input`) is octets, or a text that is parsed into octets (`pasted`). They are decoded into a
//! `Thing`, which is written as a line of JSON (`json`) or as text (`text`). The kind of the input is an
//! option or a guess (`kind`), and each kind has a file: `value`, `header`, `frame`, `message`, `stream`. The
//! names of the standard's types and fields are in `known`. An error shows its position in the input
//! (`failure`, `excerpt`). Captures of a network are in `capture`.

mod capture;
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
mod pasted;
mod problem;
mod source;
mod stream;
mod text;
mod thing;
mod value;

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use amqp_types::Bytes;
use clap::Args;

use self::failure::{Failure, Place};
use self::input::{Content, Input, Inputs};
use self::kind::Kind;
use self::pasted::BadText;
use self::source::STDIN;
use self::thing::{Stopped, Thing};
use crate::{MISUSE, output};

#[derive(Args, Debug)]
pub(crate) struct Options {
    /// Octets as text, or `-` for the standard input as one input
    ///
    /// All arguments together are one input. If they are omitted, each line of the standard input is
    /// one input. So is each dump of xxd, hexdump -C or Wireshark, which an empty line ends, and each
    /// array of xxd -i.
    ///
    /// Octets are hexadecimal digits, with white space, commas, colons, 0x or \x between them; dumps,
    /// whose offsets and text are recognized; arrays like {0x00, 0x53}; or literals like b"AMQP\x00".
    #[arg(value_name = "HEX")]
    hex: Vec<String>,

    /// Read a file as one input; `-` is the standard input
    #[arg(long, value_name = "FILE", conflicts_with = "hex")]
    file: Option<PathBuf>,

    /// Read the octets of the file or of the standard input themselves, not as text
    #[arg(long)]
    raw: bool,

    /// Show the AMQP conversations in a capture, in the format pcap or pcapng; `-` is the standard input
    ///
    /// Shows the headers and frames of both directions in the order of time, with the numbers and times
    /// of their packets. What SASL carries for a mechanism, such as a password, is not shown.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["hex", "file", "raw", "kind"])]
    pcap: Option<PathBuf>,

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
    /// For a capture, see the README: one line for each {"conversation":{...}}.
    ///
    /// V is an object with one key, the AMQP type. "at" is the octet of the error in the input,
    /// counted from 0, or the character if the kind is "bad-hex" or "bad-dump". An input with an error is
    /// printed as the error alone, without the part before it.
    #[allow(rustdoc::broken_intra_doc_links, reason = "the brackets are JSON")]
    #[arg(long)]
    json: bool,
}

/// Decodes all inputs. Returns a failure if any of them has an error.
pub(crate) fn run(options: &Options) -> ExitCode {
    let Options { hex, raw, .. } = options;
    if *raw && hex.iter().any(|argument| argument != STDIN) {
        output::complain(
            &"--raw is for a file or the standard input: amqp decode --raw --file FILE",
        );
        return ExitCode::from(MISUSE);
    }
    let mut out = BufWriter::new(io::stdout().lock());
    let mut all_decoded = true;
    let written = match &options.pcap {
        Some(path) => capture::decode(path, options.json, &mut out)
            .map(|is_complete| all_decoded = is_complete),
        None => decode_all(options, &mut out, &mut all_decoded),
    };
    let written = written.and_then(|()| out.flush());
    match written {
        Err(error) if !output::reader_is_gone(&error) => output::failure(&error),
        _ if all_decoded => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

fn decode_all(options: &Options, out: &mut impl Write, all_decoded: &mut bool) -> io::Result<()> {
    let Options { hex, file, raw, .. } = options;
    let mut inputs = match file {
        Some(file) => Inputs::of_file(file, *raw)?,
        None => Inputs::of_arguments(hex, *raw)?,
    };
    while let Some(Input { content, line, is_line }) = inputs.next()? {
        let Decoded { guessed, thing } = decode(content, line, options.kind);
        *all_decoded &= thing.is_ok();
        if options.json {
            json::write_line(&thing, out)?;
        } else {
            if let Some(kind) = guessed {
                // A terminal shows both outputs, in the order in which they are written.
                out.flush()?;
                output::note(&format_args!("guessed: {kind}"));
            }
            match &thing {
                Ok(thing) => text::write(thing, out)?,
                Err(failure) => {
                    if let Some(part) = failure.part() {
                        text::write_part(part, out)?;
                    }
                    // Without this, a terminal would show the error before the output that precedes it.
                    out.flush()?;
                    output::complain_at_length(&failure.report(line, is_line)?);
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
fn decode(content: Content, line: Option<u64>, kind: Option<Kind>) -> Decoded {
    let octets = match content {
        Content::Octets(octets) => Ok(octets),
        Content::Text(text) => pasted::parse(&text).map_err(|error| {
            let advice = if line.is_none() { name_of_file(&text) } else { not_text(&text) };
            let error = advice.into_iter().fold(error, BadText::advised);
            let place = Place::of(&text, error.at, line);
            Failure::BadText(error, place)
        }),
    };
    let octets = match octets {
        Ok(octets) if octets.is_empty() => Err(Failure::Empty),
        octets => octets.map(Bytes::from),
    };
    let octets = match octets {
        Ok(octets) => octets,
        Err(failure) => return Decoded { guessed: None, thing: Err(failure) },
    };
    let octets = match capture::payload(&octets) {
        Some([]) => return Decoded { guessed: None, thing: Err(Failure::NoPayload) },
        Some(payload) => octets.slice_ref(payload),
        None => octets,
    };
    let guessed = kind.is_none().then(|| Kind::guess(&octets));
    let thing = Thing::decode(kind.or(guessed).unwrap_or(Kind::Value), &octets);
    let thing =
        thing.map_err(|Stopped { part, problem }| Failure::Undecodable { octets, part, problem });
    Decoded { guessed, thing }
}

/// Returns what to do with an argument that is the name of a file.
fn name_of_file(argument: &[u8]) -> Option<String> {
    let name = str::from_utf8(argument).ok().filter(|name| Path::new(name).is_file())?;
    Some(format!("amqp decode --file {name}"))
}

/// Returns what to do with octets that are not text.
fn not_text(text: &[u8]) -> Option<String> {
    let is_text = str::from_utf8(text)
        .is_ok_and(|text| !text.contains(|c: char| c.is_control() && !c.is_ascii_whitespace()));
    let to_do = "for octets: amqp decode --raw --file FILE; for a capture: amqp decode --pcap FILE";
    (!is_text).then(|| to_do.to_owned())
}
