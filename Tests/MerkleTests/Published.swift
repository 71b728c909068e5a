import Foundation
import Merkle

/// What this suite needs of `notes/notes-and-trees.json`; the names are the file's.
struct Published: Decodable {
    struct ReferenceTree: Decodable {
        let leaf_inputs_hex: [String]
        let roots_by_size_hex: [String]
    }
    struct GoTree: Decodable {
        struct Record: Decodable {
            let entry_utf8: String
            let leaf_hash_b64: String
        }
        let record_hash: Record
        let empty_tree_hash_hex: String
    }
    struct TileWidths: Decodable {
        let full_level0: Int
        let partial_level0_width: Int?
        let full_level1: Int?
        let partial_level1_width: Int
        let partial_level2_width: Int?
    }
    struct TileExamples: Decodable {
        let size_70000: TileWidths
        let size_256: TileWidths
    }
    let rfc6962_reference_tree: ReferenceTree
    let go_x_mod_tlog: GoTree
    let tlog_tiles_path_examples: TileExamples
}
