import Foundation
import Testing

/// What somebody does who may write into a folder that a program of ours uses.
struct Attacker {
    let shop: Workshop

    func link(_ name: String, to target: String) throws {
        try? FileManager.default.removeItem(at: shop.url(name))
        try FileManager.default.createSymbolicLink(
            atPath: shop.url(name).path(), withDestinationPath: target)
    }

    func makePipe(_ name: String) throws {
        try? FileManager.default.removeItem(at: shop.url(name))
        try #require(unsafe mkfifo(shop.url(name).path(), 0o600) == 0)
    }

    /// A file of 8 TiB that takes no room.
    func makeSparse(_ name: String) throws {
        try? FileManager.default.removeItem(at: shop.url(name))
        try Data().write(to: shop.url(name))
        let file = try FileHandle(forWritingTo: shop.url(name))
        try file.truncate(atOffset: 8 << 40)
        try file.close()
    }

    func makeFolder(_ name: String, mode: Int = 0o755) throws {
        try FileManager.default.createDirectory(
            at: shop.url(name), withIntermediateDirectories: true)
        try shop.setPermissions(mode, name)
    }

    func copy(_ from: String, to: String) throws {
        try? FileManager.default.removeItem(at: shop.url(to))
        try FileManager.default.copyItem(at: shop.url(from), to: shop.url(to))
    }

    /// Contents, mode and kind of each file in these folders.
    func picture(of names: String...) throws -> [String: String] {
        var picture: [String: String] = [:]
        for name in names {
            var paths = [name]
            let below = try? FileManager.default.subpathsOfDirectory(
                atPath: shop.url(name).path())
            paths += (below ?? []).map { "\(name)/\($0)" }
            for path in paths {
                let found = try FileManager.default.attributesOfItem(atPath: shop.url(path).path())
                let isFile = found[.type] as? FileAttributeType == .typeRegular
                let bytes = isFile ? try Data(contentsOf: shop.url(path)).base64EncodedString() : ""
                picture[path] = "\(found[.posixPermissions] ?? 0) \(found[.type] ?? "") \(bytes)"
            }
        }
        return picture
    }
}

/// Whether the tests may work as another user.
let isRoot = geteuid() == 0
