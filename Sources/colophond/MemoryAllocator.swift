import CJemalloc
import Logging

/// The allocator of this program: jemalloc, which the linker puts in the C library's place.
///
/// A statement's memory is taken by the thread that reads it, and given back by the one that is
/// done with it. With few heaps, glibc's threads wait for each other. With one for each thread, all
/// of them keep holes. jemalloc's threads gather what they give back, and hand it over together.
enum MemoryAllocator {
    /// Says in the log who serves this process.
    static func tell(_ logger: Logger) {
        let name = version.map { "jemalloc \($0)" } ?? "another"
        logger.debug("memory", metadata: ["allocator": "\(name)"])
    }

    /// Its version; nil where another allocator serves this process all the same, as one that
    /// `LD_PRELOAD` names does.
    private static var version: String? {
        guard let allocated: UInt64 = value("thread.allocated"), allocated > 0,
            let version: UnsafePointer<CChar> = unsafe value("version")
        else { return nil }
        return unsafe String(cString: version)
    }

    /// Reads what jemalloc says under a name, which must be of this type.
    private static func value<Value>(_ name: String) -> Value? {
        unsafe withUnsafeTemporaryAllocation(of: Value.self, capacity: 1) { place in
            var count = MemoryLayout<Value>.size
            guard unsafe mallctl(name, place.baseAddress, &count, nil, 0) == 0,
                count == MemoryLayout<Value>.size
            else { return nil }
            return unsafe place[0]
        }
    }
}
