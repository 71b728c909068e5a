import Encoding
import Foundation
import Testing
import TestSupport

/// The published test vectors of other projects, which lie beside the package.
enum Vectors {
    /// `COLOPHON_VECTORS`, or `../shared/vectors` as seen from the package's folder.
    static let folder: URL = {
        if let path = ProcessInfo.processInfo.environment["COLOPHON_VECTORS"] {
            return URL(filePath: path)
        }
        let package = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        return package.deletingLastPathComponent().appending(path: "shared/vectors")
    }()

    static let arePresent = FileManager.default.fileExists(atPath: folder.path())

    /// Reads a JSON file below the folder.
    static func load<Content: Decodable>(
        _ path: String, as type: Content.Type = Content.self
    ) throws -> Content {
        try JSONDecoder().decode(type, from: Data(contentsOf: folder.appending(path: path)))
    }
}

extension Trait where Self == ConditionTrait {
    /// Skips a suite where the vectors are missing.
    static var needsVectors: Self {
        .enabled(if: Vectors.arePresent, "no test vectors at \(Vectors.folder.path())")
    }
}

/// Returns the bytes of a hexadecimal text in either case, or none where it is none.
func bytes(_ hex: String) -> [UInt8] {
    let digits = hex.filter { $0 != " " }.lowercased()
    guard let bytes = Hex.decode(digits) else {
        Issue.record("not hexadecimal: \(hex)")
        return []
    }
    return bytes
}
