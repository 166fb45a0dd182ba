//! A small model with random weights against the vectors that another implementation gives (`fixtures/models`), and
//! directories that hold no model.

use std::fs;

use super::*;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/models/tiny-e5");
const PUBLISHED: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/models/use-multilingual-v3/tokenizer.json");

#[derive(serde::Deserialize)]
struct Golden {
    text: String,
    ids: Vec<usize>,
    vector: Vec<f32>,
}

/// The small model, with the map of the normaliser of the other one put into its tokenizer.
fn tiny(weights: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let published: serde_json::Value =
        serde_json::from_slice(&fs::read(PUBLISHED).unwrap()).unwrap();
    let steps = published["normalizer"]["normalizers"].as_array().unwrap();
    let charsmap = steps.iter().find_map(|step| step["precompiled_charsmap"].as_str()).unwrap();
    let tokenizer = fs::read_to_string(Path::new(FOLDER).join("tokenizer.json")).unwrap();
    let tokenizer = tokenizer.replace("\"@\"", &format!("\"{charsmap}\""));
    fs::write(folder.path().join("tokenizer.json"), tokenizer).unwrap();
    for (from, to) in [("config.json", "config.json"), (weights, "model.safetensors")] {
        fs::copy(Path::new(FOLDER).join(from), folder.path().join(to)).unwrap();
    }
    folder
}

#[test]
fn the_forward_pass_is_that_of_another_implementation() {
    let golden = fs::read(Path::new(FOLDER).join("golden.json")).unwrap();
    let golden: std::collections::BTreeMap<String, Vec<Golden>> =
        serde_json::from_slice(&golden).unwrap();
    for (width, weights) in [("f32", "model.safetensors"), ("f16", "model-f16.safetensors")] {
        let bert = open(tiny(weights).path()).unwrap();
        let golden = &golden[width];
        let texts: Vec<&str> = golden.iter().map(|golden| golden.text.as_str()).collect();
        let vectors = bert.embed(&texts).unwrap();
        assert_eq!(vectors.nrows(), 6);
        for (golden, vector) in golden.iter().zip(vectors.rows()) {
            assert_eq!(bert.ids(&golden.text), golden.ids, "{}", golden.text);
            for (own, other) in vector.iter().zip(&golden.vector) {
                assert!((own - other).abs() < 2e-5, "{width}: {own} {other} {}", golden.text);
            }
        }
    }
}

#[test]
fn a_model_that_finds_no_translations_is_not_used() {
    let folder = tiny("model.safetensors");
    let model = Model::at(folder.path().to_owned());
    let error = model.opened().err().unwrap();
    assert!(error.starts_with("cannot use the model in `"), "{error}");
    assert!(error.contains("of 81 sentences it found the translations of"), "{error}");
}

/// Changes a file of the small model and returns what is said of it.
fn damaged(name: &str, change: impl Fn(Vec<u8>) -> Vec<u8>) -> String {
    let folder = tiny("model.safetensors");
    let path = folder.path().join(name);
    fs::write(&path, change(fs::read(&path).unwrap())).unwrap();
    let error = open(folder.path()).err().map(|error| error.to_string());
    let error = error.unwrap_or_else(|| panic!("{name} is taken"));
    assert!(!error.contains('\n'), "{error}");
    error
}

/// Replaces a text in a file by another of the same length.
fn with(from: &str, to: &str) -> impl Fn(Vec<u8>) -> Vec<u8> {
    let (from, to) = (from.as_bytes().to_vec(), to.as_bytes().to_vec());
    move |mut bytes| {
        let at = bytes.windows(from.len()).position(|window| window == from).unwrap();
        bytes.splice(at..at + from.len(), to.clone());
        bytes
    }
}

#[test]
fn what_is_damaged_is_named() {
    let weights = "model.safetensors";
    for (error, expected) in [
        (damaged(weights, |bytes| bytes[..20_000].to_vec()), "the file is cut short"),
        (damaged(weights, |bytes| bytes[..6].to_vec()), "cannot read the weights"),
        (damaged(weights, |_| Vec::new()), "cannot read the weights"),
        (
            damaged(weights, |_| b"<html>Not found</html>".to_vec()),
            "it is damaged, or in another format",
        ),
        (
            damaged(weights, with("embeddings.LayerNorm.bias", "embeddings.LayerNorm.mias")),
            "`embeddings.LayerNorm.bias` is missing",
        ),
        (damaged(weights, with("[64,16]", "[16,64]")), "expected [64, 16], but got [16, 64]"),
        (damaged(weights, with("\"F32\"", "\"I32\"")), "expected F32 or F16, but got I32"),
        (damaged("config.json", |_| b"{}".to_vec()), "`config.json`: missing field"),
        (damaged("config.json", with("\"bert\"", "\"t5\"")), "expected `bert`, but got `t5`"),
        (
            damaged("config.json", with("\"hidden_size\": 16", "\"hidden_size\": 0")),
            "expected 1 to 1024, but got 0",
        ),
        (
            damaged("config.json", with("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 3")),
            "`encoder.layer.2.attention.self.query.weight` is missing",
        ),
        (
            damaged("config.json", with("\"vocab_size\": 64", "\"vocab_size\": 63")),
            "expected [63, 16], but got [64, 16]",
        ),
        (damaged("tokenizer.json", |_| b"[]".to_vec()), "cannot read the tokenizer"),
        (damaged("tokenizer.json", with("[[\"<s>\"", "[[\"<t>\"")), "cannot read the tokenizer"),
    ] {
        assert!(error.contains(expected), "{error} | {expected}");
    }
}

#[test]
fn a_directory_that_holds_no_model_is_named() {
    let folder = tempfile::tempdir().unwrap();
    for directory in [folder.path().to_owned(), folder.path().join("nowhere")] {
        let error = Model::at(directory.clone()).opened().err().unwrap();
        let start =
            format!("cannot use the model in `{}`: cannot read `config.json`", directory.display());
        assert!(error.starts_with(&start), "{error}");
    }
    fs::create_dir(folder.path().join("config.json")).unwrap();
    let error = Model::at(folder.path().to_owned()).opened().err().unwrap();
    assert!(error.contains("it is no file"), "{error}");
}

#[test]
fn a_model_is_measured_by_how_far_translations_are_apart_from_others() {
    // Each sentence has a direction of its own, and its translation lies near it.
    let english =
        Array2::from_shape_fn((20, 20), |(row, column)| f32::from(u8::from(row == column)));
    let near = english.mapv(|number| number * 0.8 + 0.1);
    let measured = Measured::of(&english, &[near]).unwrap();
    assert_eq!((measured.asked, measured.right), (20, 20));
    let Limits { clear, likely, near } = measured.limits;
    assert!((clear - 0.14).abs() < 1e-6 && (likely - 0.1).abs() < 1e-6, "{clear} {likely}");
    assert!(near <= likely && likely <= clear);
    let same = Array2::ones((20, 20));
    assert!(Measured::of(&same, std::slice::from_ref(&same)).is_err());
    let unknown = Array2::from_elem((20, 20), f32::NAN);
    assert!(Measured::of(&unknown, std::slice::from_ref(&unknown)).is_err());
}
