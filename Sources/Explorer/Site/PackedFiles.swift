import CExplorerFiles

/// The files that the program has inside it: templates, styles, pictures, the verifier for
/// browsers, and the document that has the table of what a perceptual hash survives.
///
/// A program has them wherever it lies: no folder goes with it. `Sources/CExplorerFiles` lists
/// them.
package enum PackedFiles {
    /// The names of all files, as `CExplorerFiles` lists them: a folder and a name.
    package static let names: [String] = (0..<Int(colophon_packed_file_count)).map {
        unsafe String(cString: colophon_packed_file($0).name)
    }

    private static let places = Dictionary(
        uniqueKeysWithValues: names.enumerated().map { ($1, $0) })

    /// Returns the bytes of a file; nil where there is none of this name.
    package static func bytes(_ name: String) -> [UInt8]? {
        guard let place = places[name] else { return nil }
        let file = unsafe colophon_packed_file(place)
        return unsafe Array(UnsafeBufferPointer(start: file.bytes, count: file.count))
    }

    /// Returns a file that is ours and that we know to be there, as text.
    static func text(_ name: String) -> String {
        guard let bytes = bytes(name) else {
            preconditionFailure("\(name) is listed in CExplorerFiles")
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
