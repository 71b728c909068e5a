import Files
import Foundation

/// The socket at which a service manager hears how its service is: one datagram a message
/// (sd_notify(3)).
struct NotifySocket: Sendable {
    /// The content of `sun_path`: a path, or a zero byte and a name that is no file.
    private let name: [UInt8]

    /// Reads `NOTIFY_SOCKET`: `/a/path`, or `@` before a name in Linux' abstract namespace.
    ///
    /// Nil where it is neither, or longer than a socket's name can be.
    init?(_ text: String) {
        var name = NativeText.bytes(text)
        guard name.count > 1, name.count < MemoryLayout.size(ofValue: sockaddr_un().sun_path)
        else { return nil }
        switch name[0] {
        case UInt8(ascii: "/"): break
        case UInt8(ascii: "@"): name[0] = 0
        default: return nil
        }
        self.name = name
    }

    /// Sends `NAME=VALUE` lines as one datagram; returns 0, or the `errno` of what failed.
    ///
    /// Waits where the manager has too much to read: a lost `READY=1` would end the service.
    func send(_ lines: [String]) -> Int32 {
        let message = Array(lines.joined(separator: "\n").utf8)
        let descriptor = socket(
            AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return errno }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { path in
            unsafe path.copyBytes(from: name)
        }
        // An abstract name ends where the address ends, so its length is exact.
        let prefix = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 0
        let length = socklen_t(prefix + name.count)
        let sent = unsafe withUnsafePointer(to: &address) { address in
            unsafe address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe sendto(
                    descriptor, message, message.count, Int32(MSG_NOSIGNAL), address,
                    length)
            }
        }
        return sent == message.count ? 0 : errno
    }
}
