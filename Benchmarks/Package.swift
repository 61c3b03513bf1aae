// swift-tools-version:6.2
import PackageDescription

let package = Package(
    name: "beamsh-benchmarks",
    dependencies: [.package(name: "beamsh", path: "..")],
    targets: [
        .executableTarget(
            name: "bench",
            dependencies: [
                .product(name: "Language", package: "beamsh"),
                .product(name: "Node", package: "beamsh"),
                .product(name: "Shell", package: "beamsh"),
                .product(name: "Support", package: "beamsh"),
                .product(name: "Tables", package: "beamsh"),
                .product(name: "Terms", package: "beamsh"),
                .product(name: "TestKit", package: "beamsh"),
            ],
            swiftSettings: [
                .enableUpcomingFeature("ExistentialAny"),
                .enableUpcomingFeature("MemberImportVisibility"),
                .enableUpcomingFeature("InternalImportsByDefault"),
                .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
            ])
    ],
    swiftLanguageModes: [.v6]
)
