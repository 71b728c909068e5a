import Foundation
import TestSupport
import Testing

/// A service manager's ear: a socket that gets one datagram a message.
final class NotifyListener: Sendable {
    /// What `NOTIFY_SOCKET` says: a path, or `@` and an abstract name.
    let place: String

    private let descriptor: Int32

    init(at place: String) throws {
        self.place = place
        descriptor = socket(
            AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        var name = Array(place.utf8)
        if name.first == UInt8(ascii: "@") { name[0] = 0 }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        try #require(name.count < MemoryLayout.size(ofValue: address.sun_path))
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { path in
            unsafe path.copyBytes(from: name)
        }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + name.count)
        let status = unsafe withUnsafePointer(to: &address) { address in
            unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe bind(descriptor, address, length)
            }
        }
        try #require(status == 0, "\(place): cannot listen, errno \(errno)")
    }

    deinit {
        close(descriptor)
    }

    /// Returns the lines of the next message; nil where none waits.
    func next() -> [String]? {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
        guard count > 0 else { return nil }
        return String(decoding: buffer[..<count], as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    /// Waits for a message that has this line, and returns all until then.
    func messages(until line: String) async throws -> [[String]] {
        var messages: [[String]] = []
        try await eventually("\(line) is told") {
            while let message = next() {
                messages.append(message)
                if message.contains(line) { return true }
            }
            return false
        }
        return messages
    }
}
