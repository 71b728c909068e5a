import Foundation
import Ledger
import TestLedger

/// A ledger with a backup and an export of it, and what lies beside them that nothing may touch.
final class HostileDesk: Sendable {
    /// Made once; an input changes a copy.
    static let shared = Result { try HostileDesk() }

    let path: String
    private let fixture: LedgerFixture

    var ledger: Ledger { fixture.ledger }

    private init() throws {
        fixture = try LedgerFixture()
        path = fixture.folder.path()
        try FileManager.default.createDirectory(
            atPath: path + "/outside", withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        _ = try ledger.backup(to: path + "/backups")
        _ = try ledger.export(to: path + "/export")
        try Data("secret".utf8).write(to: URL(filePath: path + "/outside/key"))
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o600], ofItemAtPath: path + "/outside/key")
        // Nobody ends a static value: the last of it goes with the program.
        atexit {
            guard let desk = try? HostileDesk.shared.get() else { return }
            desk.ledger.close()
            try? FileManager.default.removeItem(atPath: desk.path)
        }
    }

    /// Copies the folder `name`, lets the bytes change the copy, and hands it to `body`; what lies
    /// outside must be as it was.
    func changing(
        _ name: String, _ names: [String], by bytes: [UInt8],
        _ body: (String) throws(BrokenProperty) -> Bool
    ) throws(BrokenProperty) -> Bool {
        let copy = "\(path)/copy-\(UUID())"
        defer { try? FileManager.default.removeItem(atPath: copy) }
        guard (try? FileManager.default.copyItem(atPath: "\(path)/\(name)", toPath: copy)) != nil
        else { throw BrokenProperty(description: "\(copy): cannot be made") }
        plant(bytes, names, in: copy)
        let accepted = try body(copy)
        let key = FileManager.default.contents(atPath: path + "/outside/key")
        let mode =
            (try? FileManager.default.attributesOfItem(atPath: path + "/outside/key"))?[
                .posixPermissions] as? Int
        let beside = try? FileManager.default.contentsOfDirectory(atPath: path + "/outside")
        try hold(key == Data("secret".utf8) && mode == 0o600, "a key beside it is untouched")
        try hold(beside == ["key"], "nothing is made or removed outside")
        return accepted
    }

    /// Steps of a name, what becomes of it, a length and so many bytes.
    private func plant(_ bytes: [UInt8], _ names: [String], in folder: String) {
        var rest = bytes[...]
        while let choice = rest.popFirst() {
            let kind = rest.popFirst() ?? 0
            let content = Data(rest.dropFirst().prefix(Int(rest.first ?? 0)))
            rest = rest.dropFirst(1 + content.count)
            let place = "\(folder)/\(names[Int(choice) % names.count])"
            // A step that the system refuses leaves what is there.
            if kind % 8 != 1 { try? FileManager.default.removeItem(atPath: place) }
            switch kind % 8 {
            case 0: try? content.write(to: URL(filePath: place))
            case 1:
                let file = try? FileHandle(forWritingTo: URL(filePath: place))
                _ = try? file?.seekToEnd()
                try? file?.write(contentsOf: content)
            case 2: break
            case 3: link(place, to: path + "/outside/key")
            case 4: link(place, to: path + "/outside")
            case 5: _ = unsafe mkfifo(place, 0o600)
            case 6:
                try? Data().write(to: URL(filePath: place))
                let file = try? FileHandle(forWritingTo: URL(filePath: place))
                try? file?.truncate(atOffset: 8 << 40)
            default:
                try? FileManager.default.createDirectory(
                    atPath: place, withIntermediateDirectories: true)
            }
        }
    }

    private func link(_ place: String, to target: String) {
        try? FileManager.default.createSymbolicLink(
            atPath: place, withDestinationPath: target)
    }
}
