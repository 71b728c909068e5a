import Foundation
import Testing

/// The published vectors beside the project, where they are.
enum Vectors {
    /// The folder: `COLOPHON_VECTORS`, else `../shared/vectors` from the package's root.
    static let folder: URL = {
        if let path = ProcessInfo.processInfo.environment["COLOPHON_VECTORS"] {
            return URL(filePath: path)
        }
        return URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "../shared/vectors").standardizedFileURL
    }()

    static var areThere: Bool { FileManager.default.fileExists(atPath: folder.path()) }

    /// Reads notes/notes-and-trees.json.
    static func notes() throws -> NoteVectors {
        let file = folder.appending(path: "notes/notes-and-trees.json")
        return try JSONDecoder().decode(NoteVectors.self, from: Data(contentsOf: file))
    }
}

/// The parts of notes/notes-and-trees.json that concern notes, proofs and tiles.
struct NoteVectors: Decodable {
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
