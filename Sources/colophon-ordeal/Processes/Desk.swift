import Foundation

/// The folder of one run: removed after a success, kept after a failure.
struct Desk: Sendable {
    let url: URL

    init(below folder: String, name: String) throws {
        url = URL(filePath: folder, directoryHint: .isDirectory)
            .appending(path: "\(name)-\(UUID().uuidString.prefix(8))", directoryHint: .isDirectory)
        do {
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        } catch {
            throw OrdealError.cannotRun("\(url.path()) cannot be made: \(error)")
        }
    }

    func remove() {
        // What stays behind harms nobody.
        try? FileManager.default.removeItem(at: url)
    }
}
