// The C ABI between the managed TorchSharp assembly and libtorch.
//
// Operators need no code of their own: an operator is looked up once by its schema name and then called through the
// dispatcher's boxed entry, so one function reaches all of ATen. The few functions besides it cover what is no
// operator: a tensor's metadata and memory, autograd, random generators, threads.
//
// Conventions. A tensor crosses the boundary as an owned TensorImpl*: whoever receives it releases it once. Exceptions
// never cross: a function reports failure by its result (a negative count or a null pointer) and leaves the message in
// a buffer of the calling thread for mbt_last_error.

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <c10/core/GradMode.h>
#include <c10/core/InferenceMode.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <torch/csrc/autograd/autograd.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#define MBT_API extern "C" __attribute__((visibility("default")))

namespace {

using TensorPtr = c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>;
using GeneratorPtr = c10::intrusive_ptr<c10::GeneratorImpl>;
// c10::optional in libtorch 1.x, std::optional in 2.x.
using OptionalTensor = decltype(std::declval<c10::IValue>().toOptional<at::Tensor>());

// Mirrored by Tag and Value in Native.cs.
enum class Tag : int32_t {
  None, Tensor, Int, Double, Bool, IntList, TensorList, OptionalTensorList, String, Device, Generator
};

struct Value {
  Tag tag;
  int32_t length;  // of a list or a string
  union {
    int64_t integer;
    double real;
    void* pointer;
  };
};

thread_local std::string last_error;

// Runs body; an exception becomes last_error and the given failure value.
template <typename Body>
auto guarded(decltype(std::declval<Body>()()) failure, Body&& body) -> decltype(body()) {
  try {
    return body();
  } catch (const c10::Error& error) {
    last_error = error.what_without_backtrace();
  } catch (const std::exception& error) {
    last_error = error.what();
  } catch (...) {
    last_error = "unknown native exception";
  }
  return failure;
}

// A new reference to a tensor the caller keeps; a null pointer is the undefined tensor.
at::Tensor borrow(void* tensor) {
  return tensor ? at::Tensor(TensorPtr::reclaim_copy(static_cast<c10::TensorImpl*>(tensor))) : at::Tensor();
}

// Hands a reference to the caller; an undefined tensor is a null pointer.
void* give(at::Tensor tensor) {
  return tensor.defined() ? tensor.unsafeReleaseTensorImpl() : nullptr;
}

at::Generator borrow_generator(void* generator) {
  return at::Generator(GeneratorPtr::reclaim_copy(static_cast<c10::GeneratorImpl*>(generator)));
}

std::vector<at::Tensor> borrow_all(void* const* tensors, int32_t count) {
  std::vector<at::Tensor> result;
  result.reserve(count);
  for (int32_t i = 0; i < count; i++) result.push_back(borrow(tensors[i]));
  return result;
}

// A device is a type and an index packed as type * 256 + (index + 1); index -1 is the current device.
c10::Device unpack_device(int64_t packed) {
  return c10::Device(static_cast<c10::DeviceType>(packed >> 8), static_cast<c10::DeviceIndex>((packed & 255) - 1));
}

int64_t pack_device(c10::Device device) {
  return (static_cast<int64_t>(device.type()) << 8) + device.index() + 1;
}

c10::IValue unpack(const Value& value) {
  switch (value.tag) {
    case Tag::None:
      return c10::IValue();
    case Tag::Tensor:
      return borrow(value.pointer);
    case Tag::Int:
      return value.integer;
    case Tag::Double:
      return value.real;
    case Tag::Bool:
      return value.integer != 0;
    case Tag::IntList:
      return c10::IntArrayRef(static_cast<int64_t*>(value.pointer), value.length);
    case Tag::TensorList:
      return borrow_all(static_cast<void**>(value.pointer), value.length);
    case Tag::OptionalTensorList: {
      c10::List<OptionalTensor> list;
      auto** tensors = static_cast<void**>(value.pointer);
      for (int32_t i = 0; i < value.length; i++)
        list.push_back(tensors[i] ? OptionalTensor(borrow(tensors[i])) : OptionalTensor());
      return list;
    }
    case Tag::String:
      return std::string(static_cast<char*>(value.pointer), value.length);
    case Tag::Device:
      return unpack_device(value.integer);
    case Tag::Generator:
      return borrow_generator(value.pointer);
  }
  TORCH_CHECK(false, "unknown argument tag ", static_cast<int32_t>(value.tag));
}

Value pack(const c10::IValue& value) {
  Value result{};
  if (value.isTensor()) {
    result.tag = Tag::Tensor;
    result.pointer = give(value.toTensor());
  } else if (value.isTensorList()) {
    const auto list = value.toTensorVector();
    auto** tensors = static_cast<void**>(std::malloc(sizeof(void*) * (list.empty() ? 1 : list.size())));
    for (size_t i = 0; i < list.size(); i++) tensors[i] = give(list[i]);
    result.tag = Tag::TensorList;
    result.length = static_cast<int32_t>(list.size());
    result.pointer = tensors;
  } else if (value.isBool()) {
    result.tag = Tag::Bool;
    result.integer = value.toBool();
  } else if (value.isInt()) {
    result.tag = Tag::Int;
    result.integer = value.toInt();
  } else if (value.isDouble()) {
    result.tag = Tag::Double;
    result.real = value.toDouble();
  } else {
    TORCH_CHECK(false, "an operator returned an unsupported ", value.tagKind());
  }
  return result;
}

}  // namespace

MBT_API const char* mbt_last_error() { return last_error.c_str(); }

// --- operators -------------------------------------------------------------------------------------------------------

// An operator's handle, never released: handles live as long as the library.
MBT_API void* mbt_operator(const char* name, const char* overload) {
  return guarded(nullptr, [&]() -> void* {
    return new c10::OperatorHandle(c10::Dispatcher::singleton().findSchemaOrThrow(name, overload));
  });
}

// Calls an operator. Arguments left out at the end take the schema's defaults. Stores up to `capacity` results (the
// others are released) and returns how many the operator has, or -1.
MBT_API int32_t mbt_call(void* op, const Value* arguments, int32_t count, Value* results, int32_t capacity) {
  static thread_local std::vector<c10::IValue> stack;
  const auto outcome = guarded(-1, [&]() -> int32_t {
    const auto& handle = *static_cast<c10::OperatorHandle*>(op);
    for (int32_t i = 0; i < count; i++) stack.push_back(unpack(arguments[i]));
    const auto& declared = handle.schema().arguments();
    for (size_t i = count; i < declared.size(); i++) {
      const auto& fallback = declared[i].default_value();
      TORCH_CHECK(fallback.has_value(), handle.schema().name(), " needs its argument ", declared[i].name());
      stack.push_back(*fallback);
    }
    handle.callBoxed(&stack);
    const auto produced = static_cast<int32_t>(stack.size());
    for (int32_t i = 0; i < produced && i < capacity; i++) results[i] = pack(stack[i]);
    return produced;
  });
  stack.clear();
  return outcome;
}

MBT_API void mbt_free_list(void* list) { std::free(list); }

// --- tensors ---------------------------------------------------------------------------------------------------------

MBT_API void mbt_tensor_free(void* tensor) { TensorPtr::reclaim(static_cast<c10::TensorImpl*>(tensor)); }

// A CPU tensor with a copy of the given elements.
MBT_API void* mbt_tensor_from(const void* data, const int64_t* sizes, int32_t dimensions, int32_t dtype) {
  return guarded(nullptr, [&]() -> void* {
    auto tensor = at::empty(c10::IntArrayRef(sizes, dimensions), static_cast<c10::ScalarType>(dtype));
    if (tensor.nbytes() > 0) std::memcpy(tensor.data_ptr(), data, tensor.nbytes());
    return give(std::move(tensor));
  });
}

MBT_API void* mbt_tensor_data(void* tensor) {
  return guarded(nullptr, [&]() -> void* { return borrow(tensor).data_ptr(); });
}

MBT_API int32_t mbt_tensor_dtype(void* tensor) { return static_cast<int32_t>(borrow(tensor).scalar_type()); }
MBT_API int64_t mbt_tensor_device(void* tensor) { return pack_device(borrow(tensor).device()); }
MBT_API int64_t mbt_tensor_numel(void* tensor) { return borrow(tensor).numel(); }
MBT_API int64_t mbt_tensor_dim(void* tensor) { return borrow(tensor).dim(); }
MBT_API int64_t mbt_tensor_storage_offset(void* tensor) { return borrow(tensor).storage_offset(); }
MBT_API bool mbt_tensor_is_contiguous(void* tensor) { return borrow(tensor).is_contiguous(); }
MBT_API bool mbt_tensor_is_leaf(void* tensor) { return borrow(tensor).is_leaf(); }
MBT_API bool mbt_tensor_requires_grad(void* tensor) { return borrow(tensor).requires_grad(); }

MBT_API void mbt_tensor_sizes(void* tensor, int64_t* sizes) {
  const auto values = borrow(tensor).sizes();
  std::copy(values.begin(), values.end(), sizes);
}

MBT_API void mbt_tensor_strides(void* tensor, int64_t* strides) {
  const auto values = borrow(tensor).strides();
  std::copy(values.begin(), values.end(), strides);
}

// --- autograd --------------------------------------------------------------------------------------------------------

MBT_API int32_t mbt_tensor_set_requires_grad(void* tensor, bool requires_grad) {
  return guarded(-1, [&] { borrow(tensor).set_requires_grad(requires_grad); return 0; });
}

MBT_API int32_t mbt_tensor_retain_grad(void* tensor) {
  return guarded(-1, [&] { borrow(tensor).retain_grad(); return 0; });
}

MBT_API void* mbt_tensor_grad(void* tensor) {
  return guarded(nullptr, [&]() -> void* { return give(borrow(tensor).grad()); });
}

MBT_API int32_t mbt_tensor_set_grad(void* tensor, void* grad) {
  return guarded(-1, [&] { borrow(tensor).mutable_grad() = borrow(grad); return 0; });
}

// Gradients of the outputs with respect to the inputs, written to `results`: null where an input was not used.
MBT_API int32_t mbt_grad(void* const* outputs, int32_t output_count, void* const* inputs, int32_t input_count,
                         void* const* grad_outputs, int32_t grad_output_count, bool retain_graph, bool create_graph,
                         bool allow_unused, void** results) {
  return guarded(-1, [&] {
    auto gradients = torch::autograd::grad(borrow_all(outputs, output_count), borrow_all(inputs, input_count),
                                           borrow_all(grad_outputs, grad_output_count), retain_graph, create_graph,
                                           allow_unused);
    for (auto& gradient : gradients) *results++ = give(std::move(gradient));
    return 0;
  });
}

// Accumulates gradients into the leaves; only into `inputs` where there are any.
MBT_API int32_t mbt_backward(void* const* tensors, int32_t count, void* const* grad_tensors, int32_t grad_count,
                             bool retain_graph, bool create_graph, void* const* inputs, int32_t input_count) {
  return guarded(-1, [&] {
    torch::autograd::backward(borrow_all(tensors, count), borrow_all(grad_tensors, grad_count), retain_graph,
                              create_graph, borrow_all(inputs, input_count));
    return 0;
  });
}

MBT_API bool mbt_grad_enabled() { return c10::GradMode::is_enabled(); }
MBT_API void mbt_set_grad_enabled(bool enabled) { c10::GradMode::set_enabled(enabled); }
MBT_API bool mbt_inference_enabled() { return c10::InferenceMode::is_enabled(); }
MBT_API void* mbt_inference_enter(bool enabled) { return new c10::InferenceMode(enabled); }
MBT_API void mbt_inference_leave(void* guard) { delete static_cast<c10::InferenceMode*>(guard); }

// --- random generators -----------------------------------------------------------------------------------------------

MBT_API int32_t mbt_manual_seed(int64_t seed) {
  return guarded(-1, [&] { at::manual_seed(static_cast<uint64_t>(seed)); return 0; });
}

MBT_API void* mbt_generator_default(int64_t device) {
  return guarded(nullptr, [&]() -> void* {
    at::Generator generator = at::globalContext().defaultGenerator(unpack_device(device));
    return generator.unsafeReleaseGeneratorImpl();
  });
}

MBT_API void* mbt_generator_new(int64_t device, uint64_t seed) {
  return guarded(nullptr, [&]() -> void* {
    auto generator = at::globalContext().defaultGenerator(unpack_device(device)).clone();
    generator.set_current_seed(seed);
    return generator.unsafeReleaseGeneratorImpl();
  });
}

MBT_API void mbt_generator_free(void* generator) {
  GeneratorPtr::reclaim(static_cast<c10::GeneratorImpl*>(generator));
}

MBT_API int32_t mbt_generator_seed(void* generator, int64_t seed) {
  return guarded(-1, [&] {
    auto target = borrow_generator(generator);
    std::lock_guard<std::mutex> lock(target.mutex());
    target.set_current_seed(static_cast<uint64_t>(seed));
    return 0;
  });
}

MBT_API int64_t mbt_generator_initial_seed(void* generator) {
  return static_cast<int64_t>(borrow_generator(generator).current_seed());
}

MBT_API void* mbt_generator_state(void* generator) {
  return guarded(nullptr, [&]() -> void* {
    auto source = borrow_generator(generator);
    std::lock_guard<std::mutex> lock(source.mutex());
    return give(source.get_state());
  });
}

MBT_API int32_t mbt_generator_set_state(void* generator, void* state) {
  return guarded(-1, [&] {
    auto target = borrow_generator(generator);
    std::lock_guard<std::mutex> lock(target.mutex());
    target.set_state(borrow(state));
    return 0;
  });
}

// --- the machine -----------------------------------------------------------------------------------------------------

MBT_API int32_t mbt_threads() { return at::get_num_threads(); }

MBT_API int32_t mbt_set_threads(int32_t count) {
  return guarded(-1, [&] { at::set_num_threads(count); return 0; });
}

MBT_API int32_t mbt_cuda_devices() {
  return guarded(0, [&]() -> int32_t {
    if (!c10::impl::hasDeviceGuardImpl(c10::DeviceType::CUDA)) return 0;
    return c10::impl::getDeviceGuardImpl(c10::DeviceType::CUDA)->deviceCount();
  });
}

// Waits for the device's current stream.
MBT_API int32_t mbt_cuda_synchronize(int32_t index) {
  return guarded(-1, [&] {
    const auto* cuda = c10::impl::getDeviceGuardImpl(c10::DeviceType::CUDA);
    const auto device = index < 0 ? cuda->getDevice() : c10::Device(c10::DeviceType::CUDA, index);
    cuda->synchronizeStream(cuda->getStream(device));
    return 0;
  });
}
