namespace TorchSharp;

public enum DeviceType
{
    CPU = 0,
    CUDA = 1,
    MKLDNN = 2,
    OPENGL = 3,
    OPENCL = 4,
    IDEEP = 5,
    HIP = 6,
    FPGA = 7,
    MSNPU = 8,
    XLA = 9,
    MPS = 13,
    META = 14,
}

public static partial class torch
{
    public class Device
    {
        public Device(string description)
        {
            var parts = description.Split(':');
            type = ParseType(parts[0], description);
            index = parts.Length switch
            {
                1 => -1,
                2 when int.TryParse(parts[1], out var given) => given,
                _ => throw new ArgumentException($"'{description}' is no device; expected a type, or type:index, such as 'cpu' or 'cuda:0'."),
            };
        }

        public Device(string deviceType, int index = -1)
        {
            type = ParseType(deviceType, deviceType);
            this.index = index;
        }

        public Device(DeviceType deviceType, int index = -1)
        {
            type = deviceType;
            this.index = index;
        }

        public Device(int index) : this(DeviceType.CUDA, index)
        {
        }

        internal static Device Unpack(long packed) =>
            packed == CPU.Packed ? CPU : new Device((DeviceType)(packed >> 8), (int)(packed & 255) - 1);

        public DeviceType type { get; }

        public int index { get; }

        /// <summary>Type and index as bridge.cpp takes them.</summary>
        internal long Packed => ((long)type << 8) + index + 1;

        public override string ToString() =>
            type == DeviceType.CPU ? "cpu" : index == -1 ? Lower(type) : $"{Lower(type)}:{index}";

        public static implicit operator Device(string description) => new(description);

        private static string Lower(DeviceType type) => type.ToString().ToLowerInvariant();

        private static DeviceType ParseType(string name, string description) =>
            Enum.TryParse<DeviceType>(name, ignoreCase: true, out var type)
                ? type
                : throw new ArgumentException($"'{description}' is no device; the type must be one of cpu, cuda, meta.");
    }

    private static Device? _cuda;

    public static readonly Device CPU = new(DeviceType.CPU);

    public static readonly Device META = new(DeviceType.META);

    public static Device CUDA => _cuda ??= InitializeDevice(new Device(DeviceType.CUDA));

    public static Device device(string description) => InitializeDevice(new Device(description));

    public static Device device(string deviceType, int index = -1) => InitializeDevice(new Device(deviceType, index));

    public static Device device(DeviceType deviceType, int index = -1) => InitializeDevice(new Device(deviceType, index));

    public static Device device(int index) => InitializeDevice(new Device(DeviceType.CUDA, index));

    /// <summary>Makes sure that the device type can be used; throws where this libtorch or this machine lacks it.</summary>
    public static void InitializeDeviceType(DeviceType deviceType)
    {
        switch (deviceType)
        {
            case DeviceType.CPU or DeviceType.META:
            case DeviceType.CUDA when cuda.is_available():
                return;
            case DeviceType.CUDA:
                throw new NotSupportedException(
                    "CUDA was requested, but there is none: this libtorch is built without CUDA, or the machine has no CUDA device. " +
                    "Use the device 'cpu', or build libtorch/ against a CUDA libtorch (LIBTORCH=/path libtorch/build.sh) on a machine with a GPU.");
            default:
                throw new NotSupportedException($"The device type {deviceType} was requested; the system libtorch provider offers CPU, META and CUDA.");
        }
    }

    public static bool TryInitializeDeviceType(DeviceType deviceType) =>
        deviceType is DeviceType.CPU or DeviceType.META || (deviceType == DeviceType.CUDA && cuda.is_available());

    /// <summary>The device itself, or the CPU where none is given, after <see cref="InitializeDeviceType"/>.</summary>
    public static Device InitializeDevice(Device? device)
    {
        device ??= CPU;
        InitializeDeviceType(device.type);
        return device;
    }

    public static bool cuda_is_available() => cuda.is_available();

    public static class cuda
    {
        private static readonly Lazy<int> Count = new(Native.CudaDevices);

        public static bool is_available() => Count.Value > 0;

        public static int device_count() => Count.Value;

        public static void manual_seed(long seed) => torch.manual_seed(seed);

        public static void manual_seed_all(long seed) => torch.manual_seed(seed);

        public static void synchronize(Device? device = null)
        {
            InitializeDeviceType(DeviceType.CUDA);
            Native.Check(Native.CudaSynchronize(device?.index ?? -1));
        }
    }
}
