//! Makes the files under `models/` of a sentence encoder as it was published: the weights in frames that can be
//! unpacked one by one, and the tokenizer in a form that need not be read before it is used.
//! Run it as `cargo run --release --example pack_model -- model.safetensors tokenizer.json FOLDER`.

use std::borrow::Cow;
use std::error::Error;
use std::path::Path;

use base64::Engine as _;
use safetensors::tensor::{Dtype, TensorView};
use safetensors::{SafeTensors, serialize};

/// How many embeddings stand in one frame: 16 have 8 kB. Fewer compress worse, more are unpacked for nothing.
const EMBEDDINGS_A_FRAME: usize = 16;
/// Level 1: the codes are nearly noise, and this unpacks three times as fast as level 19.
const LEVEL: i32 = 1;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [weights, tokenizer, folder] = arguments.as_slice() else {
        return Err("usage: pack_model model.safetensors tokenizer.json FOLDER".into());
    };
    let folder = Path::new(folder);
    let weights = pack_weights(&std::fs::read(weights)?)?;
    std::fs::write(folder.join("model.safetensors.zst"), weights)?;
    let tokenizer = pack_tokenizer(&std::fs::read(tokenizer)?)?;
    std::fs::write(folder.join("tokenizer.safetensors"), tokenizer)?;
    Ok(())
}

/// The header is one frame, the other tensors are one; the embeddings, which stand last, are cut between rows.
fn pack_weights(file: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
    let codes = SafeTensors::deserialize(file)?.tensor("embedding.codes")?.data();
    let width = codes.len() / SafeTensors::deserialize(file)?.tensor("embedding.codes")?.shape()[0];
    let start = file.len() - codes.len();
    if &file[start..] != codes {
        return Err("expected the embeddings at the end of the file".into());
    }
    let length = file.first_chunk().map_or(0, |&length| u64::from_le_bytes(length));
    let header = usize::try_from(length)? + 8;
    let (mut packed, mut table) = (Vec::new(), Vec::new());
    let frames = codes.chunks(width * EMBEDDINGS_A_FRAME);
    for frame in [&file[..header], &file[header..start]].into_iter().chain(frames) {
        let bytes = zstd::bulk::compress(frame, LEVEL)?;
        table.extend(u32::try_from(bytes.len())?.to_le_bytes());
        table.extend(u32::try_from(frame.len())?.to_le_bytes());
        packed.extend(bytes);
    }
    let count = table.len() / 8;
    table.extend(u32::try_from(count)?.to_le_bytes());
    // No checksums.
    table.push(0);
    table.extend(0x8F92_EAB1_u32.to_le_bytes());
    packed.extend(0x184D_2A5E_u32.to_le_bytes());
    packed.extend(u32::try_from(table.len())?.to_le_bytes());
    packed.extend(table);
    Ok(packed)
}

/// The vocabulary as a transducer from tokens to their numbers, their scores, and the map of the normalizer.
fn pack_tokenizer(file: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
    let json: serde_json::Value = serde_json::from_slice(file)?;
    let text = |value: &'_ serde_json::Value| value.as_str().map(str::to_owned);
    let steps = json["normalizer"]["normalizers"].as_array().ok_or("expected normalizers")?;
    let charsmap = steps.iter().find_map(|step| text(&step["precompiled_charsmap"]));
    let charsmap = base64::engine::general_purpose::STANDARD
        .decode(charsmap.ok_or("expected a precompiled normalizer")?)?;
    let mut tokens: Vec<(String, u64)> = Vec::new();
    let mut scores: Vec<u8> = Vec::new();
    for (id, entry) in (0..).zip(json["model"]["vocab"].as_array().ok_or("expected a vocabulary")?)
    {
        tokens.push((text(&entry[0]).ok_or("expected a token")?, id));
        let score = entry[1].as_f64().ok_or("expected a score")?;
        #[expect(
            clippy::cast_possible_truncation,
            reason = "scores are published in single precision"
        )]
        scores.extend((score as f32).to_le_bytes());
    }
    let count = tokens.len();
    tokens.sort();
    let vocabulary = fst::Map::from_iter(tokens)?.into_fst().into_inner();
    let bytes = |bytes: Vec<u8>| -> (Dtype, Vec<usize>, Cow<'_, [u8]>) {
        (Dtype::U8, vec![bytes.len()], Cow::Owned(bytes))
    };
    let tensors = [
        ("charsmap", bytes(charsmap)),
        ("scores", (Dtype::F32, vec![count], Cow::Owned(scores))),
        ("vocabulary", bytes(vocabulary)),
    ];
    let views = tensors.iter().map(|(name, (dtype, shape, data))| {
        TensorView::new(*dtype, shape.clone(), data).map(|view| (*name, view))
    });
    let unknown = json["model"]["unk_id"].to_string();
    let metadata = [("unknown".to_owned(), unknown)].into_iter().collect();
    Ok(serialize(views.collect::<Result<Vec<_>, _>>()?, Some(metadata))?)
}
