import TestSupport

/// The parts of notes/notes-and-trees.json that concern notes, proofs and tiles.
struct NoteVectors: Decodable {
    static func read() throws -> NoteVectors {
        try Vectors.one(at: "notes/notes-and-trees.json")
    }

    struct Example: Decodable {
        let vkey: String
        let note: String
    }

    struct GoNote: Decodable {
        let text: String
        let note_both: String
        let vkeys: [String: String]
        let skey_peter: String
        let bad_vkeys: [String]
    }

    struct ReferenceTree: Decodable {
        let leaf_inputs_hex: [String]
        let roots_by_size_hex: [String]
    }

    struct TilePaths: Decodable {
        let index_1234067: String
    }

    struct Marshal: Decodable {
        let empty_hashes: String
    }

    let c2sp_signed_note_example: Example
    let go_x_mod_note: GoNote
    let rfc6962_reference_tree: ReferenceTree
    let tlog_tiles_path_examples: TilePaths
    let tlog_proof_marshal: Marshal
}
