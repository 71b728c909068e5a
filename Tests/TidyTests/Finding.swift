/// One place where the house style is broken.
struct Finding: CustomStringConvertible {
    let path: String

    /// The line, from 1; 0 where the whole file is meant.
    let line: Int

    let rule: String

    var description: String { line > 0 ? "\(path):\(line): \(rule)" : "\(path): \(rule)" }
}
