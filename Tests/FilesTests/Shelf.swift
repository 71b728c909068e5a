import Files
import Foundation
import TestSupport

/// A folder that a test may fill; removed with the value.
final class Shelf {
    private let own: TemporaryFolder

    var path: String { own.path }

    init() throws { own = try TemporaryFolder("files") }

    func path(_ name: String) -> String { own.path(name) }

    func folder() throws -> Folder { try Folder(path) }

    // MARK: - Filling

    @discardableResult
    func write(_ text: String, to name: String, mode: Int = 0o600) throws -> String {
        try own.write(text, to: name, mode: mode)
    }

    /// A file of so many bytes that takes no room.
    func makeSparse(_ name: String, byteCount: UInt64) throws {
        try write("", to: name)
        let file = try FileHandle(forWritingTo: URL(filePath: path(name)))
        try file.truncate(atOffset: byteCount)
        try file.close()
    }

    func makeFolder(_ name: String, mode: Int = 0o700) throws {
        // One after the other: what is made on the way has our mode too, whatever the umask.
        var place = ""
        for part in name.split(separator: "/") {
            place += place.isEmpty ? part : "/" + part
            guard !isThere(place) else { continue }
            try FileManager.default.createDirectory(
                atPath: path(place), withIntermediateDirectories: false)
            try setMode(0o700, place)
        }
        try setMode(mode, name)
    }

    func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(
            atPath: path(name), withDestinationPath: target)
    }

    func hardLink(_ name: String, to other: String) throws {
        try FileManager.default.linkItem(atPath: path(other), toPath: path(name))
    }

    func makePipe(_ name: String) throws {
        guard unsafe mkfifo(path(name), 0o600) == 0 else { throw ShelfError(errno) }
    }

    /// A socket at which nobody listens.
    func makeSocket(_ name: String) throws {
        try close(listening(at: name, backlog: nil))
    }

    /// A socket at which we listen, to be closed by the caller.
    func listen(at name: String) throws -> Int32 { try listening(at: name, backlog: 4) }

    private func listening(at name: String, backlog: Int32?) throws -> Int32 {
        #if os(Linux)
            let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        #else
            let descriptor = socket(AF_UNIX, SOCK_STREAM, 0)
        #endif
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path(name).utf8)
        guard descriptor >= 0, bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw ShelfError(ENAMETOOLONG)
        }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
        let bound = unsafe withUnsafePointer(to: &address) { address in
            unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe bind(descriptor, address, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard bound == 0 else { throw ShelfError(errno) }
        if let backlog, Self.listen(descriptor, backlog) != 0 { throw ShelfError(errno) }
        return descriptor
    }

    private static func listen(_ descriptor: Int32, _ backlog: Int32) -> Int32 {
        #if canImport(Glibc)
            Glibc.listen(descriptor, backlog)
        #else
            Foundation.listen(descriptor, backlog)
        #endif
    }

    func close(_ descriptor: Int32) throws {
        try FileHandle(fileDescriptor: descriptor, closeOnDealloc: false).close()
    }

    func setMode(_ mode: Int, _ name: String) throws {
        guard unsafe chmod(path(name), mode_t(mode)) == 0 else { throw ShelfError(errno) }
    }

    func setOwner(_ user: UInt32, _ name: String) throws {
        guard unsafe lchown(path(name), user, user) == 0 else { throw ShelfError(errno) }
    }

    // MARK: - Looking

    func text(_ name: String) throws -> String {
        try String(contentsOfFile: path(name), encoding: .utf8)
    }

    func mode(_ name: String) throws -> Int { Int(try status(name).st_mode) & 0o7777 }

    func owner(_ name: String) throws -> UInt32 { try status(name).st_uid }

    /// Names in the folder, sorted.
    func names(_ name: String = "") throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path(name)).sorted()
    }

    func isThere(_ name: String) -> Bool { (try? status(name)) != nil }

    private func status(_ name: String) throws -> stat {
        var status = stat()
        guard unsafe lstat(path(name), &status) == 0 else { throw ShelfError(errno) }
        return status
    }
}

/// What the system refused a test.
struct ShelfError: Error {
    let code: Int32

    init(_ code: Int32) { self.code = code }
}

/// Whether the tests may give files to other users.
let isRoot = geteuid() == 0

/// Somebody who is neither root nor us.
let somebody: UInt32 = 65534

/// Runs `body`, and returns why it could not use a file.
func reason<Result: ~Copyable>(
    _ body: () throws(FileError) -> Result
) -> FileError.Reason? {
    do throws(FileError) {
        _ = try body()
        return nil
    } catch {
        return error.reason
    }
}
