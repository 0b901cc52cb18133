using System.Runtime.InteropServices;

namespace TorchSharp;

/// <summary>What a <see cref="Value"/> holds; mirrors Tag in bridge.cpp.</summary>
internal enum Tag
{
    None, Tensor, Int, Double, Bool, IntList, TensorList, OptionalTensorList, String, Device, Generator,
}

/// <summary>An argument or a result as it crosses the boundary; mirrors Value in bridge.cpp.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Value
{
    public Tag Tag;
    public int Length;
    public long Bits;
}

/// <summary>
/// The functions of libmissbgm_torch. Those that only read a field of a tensor skip the garbage collector's transition.
/// </summary>
internal static unsafe partial class Native
{
    private const string Library = "missbgm_torch";

    [LibraryImport(Library, EntryPoint = "mbt_last_error")]
    private static partial byte* LastError();

    [LibraryImport(Library, EntryPoint = "mbt_operator", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint Operator(string name, string overload);

    [LibraryImport(Library, EntryPoint = "mbt_call")]
    public static partial int Call(nint op, Value* arguments, int count, Value* results, int capacity);

    [LibraryImport(Library, EntryPoint = "mbt_free_list")]
    public static partial void FreeList(nint list);

    [LibraryImport(Library, EntryPoint = "mbt_tensor_free")]
    public static partial void TensorFree(nint tensor);

    [LibraryImport(Library, EntryPoint = "mbt_tensor_from")]
    public static partial nint TensorFrom(void* data, long* sizes, int dimensions, int dtype);

    [LibraryImport(Library, EntryPoint = "mbt_tensor_data")]
    public static partial nint TensorData(nint tensor);

    [LibraryImport(Library, EntryPoint = "mbt_tensor_dtype"), SuppressGCTransition]
    public static partial int TensorDtype(nint tensor);

    [LibraryImport(Library, EntryPoint = "mbt_tensor_device"), SuppressGCTransition]
    public static partial long TensorDevice(nint tensor);

    [LibraryImport(Library, EntryPoint = "mbt_tensor_numel"), SuppressGCTransition]
    public static partial long TensorNumel(nint tensor);

    [LibraryImport(Library, EntryPoint = "mbt_tensor_dim"), SuppressGCTransition]
    public static partial long TensorDim(nint tensor);

    [LibraryImport(Library, EntryPoint = "mbt_tensor_sizes"), SuppressGCTransition]
    public static partial void TensorSizes(nint tensor, long* sizes);

    [LibraryImport(Library, EntryPoint = "mbt_tensor_strides"), SuppressGCTransition]
    public static partial void TensorStrides(nint tensor, long* strides);

    [LibraryImport(Library, EntryPoint = "mbt_tensor_storage_offset"), SuppressGCTransition]
    public static partial long TensorStorageOffset(nint tensor);

    [LibraryImport(Library, EntryPoint = "mbt_tensor_is_contiguous"), SuppressGCTransition]
    [return: MarshalAs(UnmanagedType.U1)]
    public static partial bool TensorIsContiguous(nint tensor);

    [LibraryImport(Library, EntryPoint = "mbt_tensor_is_leaf")]
    [return: MarshalAs(UnmanagedType.U1)]
    public static partial bool TensorIsLeaf(nint tensor);

    [LibraryImport(Library, EntryPoint = "mbt_tensor_requires_grad"), SuppressGCTransition]
    [return: MarshalAs(UnmanagedType.U1)]
    public static partial bool TensorRequiresGrad(nint tensor);

    [LibraryImport(Library, EntryPoint = "mbt_tensor_set_requires_grad")]
    public static partial int TensorSetRequiresGrad(nint tensor, [MarshalAs(UnmanagedType.U1)] bool requiresGrad);

    [LibraryImport(Library, EntryPoint = "mbt_tensor_retain_grad")]
    public static partial int TensorRetainGrad(nint tensor);

    [LibraryImport(Library, EntryPoint = "mbt_tensor_grad")]
    public static partial nint TensorGrad(nint tensor);

    [LibraryImport(Library, EntryPoint = "mbt_tensor_set_grad")]
    public static partial int TensorSetGrad(nint tensor, nint grad);

    [LibraryImport(Library, EntryPoint = "mbt_grad")]
    public static partial int Grad(
        nint* outputs, int outputCount, nint* inputs, int inputCount, nint* gradOutputs, int gradOutputCount,
        [MarshalAs(UnmanagedType.U1)] bool retainGraph, [MarshalAs(UnmanagedType.U1)] bool createGraph,
        [MarshalAs(UnmanagedType.U1)] bool allowUnused, nint* results);

    [LibraryImport(Library, EntryPoint = "mbt_backward")]
    public static partial int Backward(
        nint* tensors, int count, nint* gradTensors, int gradCount,
        [MarshalAs(UnmanagedType.U1)] bool retainGraph, [MarshalAs(UnmanagedType.U1)] bool createGraph,
        nint* inputs, int inputCount);

    [LibraryImport(Library, EntryPoint = "mbt_grad_enabled"), SuppressGCTransition]
    [return: MarshalAs(UnmanagedType.U1)]
    public static partial bool GradEnabled();

    [LibraryImport(Library, EntryPoint = "mbt_set_grad_enabled"), SuppressGCTransition]
    public static partial void SetGradEnabled([MarshalAs(UnmanagedType.U1)] bool enabled);

    [LibraryImport(Library, EntryPoint = "mbt_inference_enabled"), SuppressGCTransition]
    [return: MarshalAs(UnmanagedType.U1)]
    public static partial bool InferenceEnabled();

    [LibraryImport(Library, EntryPoint = "mbt_inference_enter")]
    public static partial nint InferenceEnter([MarshalAs(UnmanagedType.U1)] bool enabled);

    [LibraryImport(Library, EntryPoint = "mbt_inference_leave")]
    public static partial void InferenceLeave(nint guard);

    [LibraryImport(Library, EntryPoint = "mbt_manual_seed")]
    public static partial int ManualSeed(long seed);

    [LibraryImport(Library, EntryPoint = "mbt_generator_default")]
    public static partial nint GeneratorDefault(long device);

    [LibraryImport(Library, EntryPoint = "mbt_generator_new")]
    public static partial nint GeneratorNew(long device, ulong seed);

    [LibraryImport(Library, EntryPoint = "mbt_generator_free")]
    public static partial void GeneratorFree(nint generator);

    [LibraryImport(Library, EntryPoint = "mbt_generator_seed")]
    public static partial int GeneratorSeed(nint generator, long seed);

    [LibraryImport(Library, EntryPoint = "mbt_generator_initial_seed")]
    public static partial long GeneratorInitialSeed(nint generator);

    [LibraryImport(Library, EntryPoint = "mbt_generator_state")]
    public static partial nint GeneratorState(nint generator);

    [LibraryImport(Library, EntryPoint = "mbt_generator_set_state")]
    public static partial int GeneratorSetState(nint generator, nint state);

    [LibraryImport(Library, EntryPoint = "mbt_threads")]
    public static partial int Threads();

    [LibraryImport(Library, EntryPoint = "mbt_set_threads")]
    public static partial int SetThreads(int count);

    [LibraryImport(Library, EntryPoint = "mbt_cuda_devices")]
    public static partial int CudaDevices();

    [LibraryImport(Library, EntryPoint = "mbt_cuda_synchronize")]
    public static partial int CudaSynchronize(int index);

    /// <summary>Throws the native error where a function reported failure by a negative result.</summary>
    public static int Check(int result) => result >= 0 ? result : throw Failure();

    /// <summary>Throws the native error where a function reported failure by a null pointer.</summary>
    public static nint Check(nint result) => result != 0 ? result : throw Failure();

    public static ExternalException Failure() => new(Marshal.PtrToStringUTF8((nint)LastError()));
}
