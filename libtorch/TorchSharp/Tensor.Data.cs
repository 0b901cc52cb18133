using TorchSharp.Utils;

namespace TorchSharp;

// Copying elements in and out, and moving between types and devices.
public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The elements as .NET values; a tensor on another device is copied to the CPU first.</summary>
        public TensorAccessor<T> data<T>() where T : unmanaged
        {
            RequireElement<T>();
            return new TensorAccessor<T>(is_cpu() ? this : cpu());
        }

        /// <summary>The value of a tensor that has one element.</summary>
        public T item<T>() where T : unmanaged
        {
            RequireElement<T>();
            RequireOne();
            using var local = is_cpu() ? null : cpu();
            return new TensorAccessor<T>(local ?? this).First();
        }

        /// <summary>The memory of a contiguous tensor on the CPU; setting copies into it.</summary>
        public unsafe Span<byte> bytes
        {
            get => new((void*)ContiguousData(), checked((int)(numel() * ElementSize)));
            set
            {
                var memory = bytes;
                if (memory.Length != value.Length)
                {
                    throw new ArgumentException($"The tensor has {memory.Length} bytes; {value.Length} were given.");
                }

                value.CopyTo(memory);
                GC.KeepAlive(this);
            }
        }

        public Scalar ToScalar()
        {
            RequireOne();
            return Aten._local_scalar_dense.Scalar(this);
        }

        public Tensor to(ScalarType type, Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            Finish(Aten.to_device.Tensor(this, InitializeDevice(device), type, non_blocking, copy), disposeAfter);

        public Tensor to(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to_type(type, copy, disposeAfter, non_blocking);

        public Tensor to(DeviceType deviceType, int deviceIndex = -1, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to(dtype, new Device(deviceType, deviceIndex), copy, disposeAfter, non_blocking);

        public Tensor to(string device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to(dtype, new Device(device), copy, disposeAfter, non_blocking);

        public Tensor to(Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to(dtype, device, copy, disposeAfter, non_blocking);

        public Tensor to(Tensor other, bool non_blocking = false) => Aten.to_other.Tensor(this, other, non_blocking);

        public Tensor to_type(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            Finish(Aten.to_dtype.Tensor(this, type, non_blocking, copy), disposeAfter);

        public Tensor type_as(Tensor tensor) => to_type(tensor.dtype);

        public Tensor type(Func<Tensor, Tensor> typeFunc) => typeFunc(this);

        public Tensor type(ScalarType dtype) => to_type(dtype);

        public Tensor cpu() => to(DeviceType.CPU);

        public Tensor cuda(Device? device = null, bool non_blocking = false) => to(device ?? CUDA, non_blocking: non_blocking);

        public Tensor @bool() => to_type(ScalarType.Bool);

        public Tensor @byte() => to_type(ScalarType.Byte);

        public Tensor @int() => to_type(ScalarType.Int32);

        public Tensor @long() => to_type(ScalarType.Int64);

        public Tensor half() => to_type(ScalarType.Float16);

        public Tensor bfloat16() => to_type(ScalarType.BFloat16);

        public Tensor @float() => to_type(ScalarType.Float32);

        public Tensor @double() => to_type(ScalarType.Float64);

        public Tensor clone() => Aten.clone.Tensor(this);

        public Tensor contiguous() => Aten.contiguous.Tensor(this);

        public Tensor copy_(Tensor source, bool nonBlocking = false) => Aten.copy_.InPlace(this, source, nonBlocking);

        /// <summary>Makes this tensor share the other's memory, shape and strides.</summary>
        public Tensor set_(Tensor source) => Aten.set__source_Tensor.InPlace(this, source);

        /// <summary>The address of the first element of a contiguous CPU tensor.</summary>
        internal nint ContiguousData()
        {
            if (!is_cpu())
            {
                throw new InvalidOperationException($"The memory of a tensor on {device} cannot be read from here; copy it with cpu() first.");
            }

            return is_contiguous()
                ? Data()
                : throw new InvalidOperationException("The tensor's memory is not contiguous; call contiguous() first.");
        }

        internal nint Data() => numel() == 0 ? 0 : Native.Check(Alive(Native.TensorData(Handle)));

        private Tensor Finish(Tensor result, bool disposeAfter)
        {
            if (disposeAfter)
            {
                Dispose();
            }

            return result;
        }

        private void RequireElement<T>() where T : unmanaged
        {
            if (dtype != ScalarTypeOf<T>())
            {
                throw new ArgumentException($"The tensor's elements are {dtype}; {typeof(T).Name} does not fit them.");
            }
        }

        private void RequireOne()
        {
            if (numel() != 1)
            {
                throw new ArgumentException($"The tensor must have one element; it has {numel()}.");
            }
        }
    }
}
