import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { addCamera, type Camera, camerasQuery } from "../../api/cameras";
import { deploy, deploymentsQuery } from "../../api/deployments";
import { type CameraForm, toCamera } from "./cameraForm";

/** Adds a camera and sets its scenario to work; trying again does not add it twice. */
export function useAddCamera(onDone: (id: string) => Promise<void>) {
  const queries = useQueryClient();
  const [added, setAdded] = useState<Camera>();
  const add = useMutation({
    mutationFn: async (form: CameraForm) => {
      const camera = added ?? (await addCamera(toCamera(form)));
      setAdded(camera);
      if (form.scenario) await deploy(camera.id, form.scenario, null);
      return camera;
    },
    onSuccess: async (camera) => {
      await onDone(camera.id);
      await queries.invalidateQueries(deploymentsQuery);
    },
    onSettled: () => queries.invalidateQueries(camerasQuery),
  });
  return { add, added };
}
