import Foundation

/// The parts of `performance.md` that the program writes, each between two comments.
struct Document {
    private let folder: URL

    init(in folder: String) {
        self.folder = URL(filePath: folder)
    }

    /// Puts `text` between `<!-- NAME -->` and `<!-- /NAME -->`.
    func replace(_ name: String, with text: String) throws {
        let file = folder.appending(path: "performance.md")
        let old = try String(contentsOf: file, encoding: .utf8)
        guard let begin = old.range(of: "<!-- \(name) -->\n"),
            let end = old.range(of: "<!-- /\(name) -->", range: begin.upperBound..<old.endIndex)
        else { throw BenchError("\(file.path()) has no lines <!-- \(name) --> and /\(name)") }
        try write(
            old[..<begin.upperBound] + text + "\n" + old[end.lowerBound...], to: "performance.md")
    }

    func write(_ text: some StringProtocol, to name: String) throws {
        try Data(text.utf8).write(to: folder.appending(path: name), options: .atomic)
    }
}
