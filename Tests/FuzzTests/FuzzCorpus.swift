import Encoding
import Foundation

/// The inputs that were kept: each reached code that no other did, or once broke a property.
///
/// A file for each target, `Corpus/TARGET.txt`; an input is a line of base64, and a line that
/// begins with "#" says what the next one is about.
enum FuzzCorpus {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Corpus")

    static func inputs(of target: FuzzTarget) throws -> [[UInt8]] {
        let file = folder.appending(path: target.rawValue + ".txt")
        return try String(contentsOf: file, encoding: .utf8)
            .split(separator: "\n", omittingEmptySubsequences: false).dropLast()
            .filter { !$0.hasPrefix("#") }
            .map { line in
                guard let input = Base64.decode(String(line)) else {
                    throw BrokenProperty(description: "\(file.path()): not base64: \(line)")
                }
                return input
            }
    }
}
